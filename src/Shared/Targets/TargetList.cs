namespace FpingCluster.Shared.Targets;

/// <summary>
/// All targets of a job in the order of their list, each address once. Immutable; a changed list is a new object with a higher version.
/// Names are UTF-8 in one block and labels are interned, so ten million targets fit in a gigabyte.
/// </summary>
public sealed class TargetList
{
    private readonly TargetAddress[] _addresses;
    private readonly Utf8Column _names;
    private readonly LabelColumn[] _labels;

    internal TargetList(long version, string source, TargetAddress[] addresses, Utf8Column names, LabelColumn[] labels, UnresolvedTarget[] unresolved)
    {
        (Version, Source, _addresses, _names, _labels, Unresolved) = (version, source, addresses, names, labels, unresolved);
        LabelNames = [.. labels.Select(label => label.Name)];
    }

    public long Version { get; }

    /// <summary>The file the list came from, or what stands for it in messages.</summary>
    public string Source { get; }

    public int Count => _addresses.Length;

    public ReadOnlySpan<TargetAddress> Addresses => _addresses;

    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>Host names without an address: they stand in every output as unknown.</summary>
    public IReadOnlyList<UnresolvedTarget> Unresolved { get; }

    /// <summary>The name given in the list, or the host name the address was resolved from; empty where there is none.</summary>
    public string NameOf(int target) => _names[target];

    public string LabelOf(int target, int label) => _labels[label][target];
}
