namespace FpingCluster.Shared.Targets;

/// <summary>What came of reading a target list: the list, or the errors; never both.</summary>
public sealed record TargetListReading
{
    /// <summary>Null when there are errors: nothing is half-accepted.</summary>
    public TargetList? List { get; init; }

    /// <summary>The first errors, each as "file:line: what, why, remedy".</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>All errors, also those that <see cref="Errors"/> has no place for.</summary>
    public int ErrorCount { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Names asked for, with or without an address: such a list may change though its file does not.</summary>
    public int HostNames { get; init; }

    /// <summary>Targets left out because the list names them twice.</summary>
    public int Duplicates { get; init; }

    /// <summary>Targets left out because of the exclude list.</summary>
    public int Excluded { get; init; }

    /// <summary>The errors as one message of several lines.</summary>
    public string Describe() => string.Join(
        Environment.NewLine, ErrorCount > Errors.Count ? Errors.Append($"… and {ErrorCount - Errors.Count:N0} more") : Errors);
}
