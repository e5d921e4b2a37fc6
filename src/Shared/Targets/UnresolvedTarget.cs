namespace FpingCluster.Shared.Targets;

/// <summary>A host name in a target list that has no address.</summary>
/// <param name="Line">In the file (or the list of arguments) that named it.</param>
/// <param name="Error">Why: "no such host name".</param>
public sealed record UnresolvedTarget(string HostName, string Name, int Line, string Error)
{
    /// <summary>One value for each of <see cref="TargetList.LabelNames"/>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
