namespace FpingCluster.Shared.Targets;

/// <summary>
/// All targets of a job in the order of their list (those given by host name come last), each address once. Immutable; a changed list is a
/// new object with a higher version. Ten million targets with a name and a label take half a gigabyte.
/// </summary>
public sealed class TargetList
{
    private readonly AddressTable _addresses;
    private readonly Utf8Column _names;
    private readonly IReadOnlyList<LabelColumn> _labels;

    internal TargetList(
        long version,
        string source,
        AddressTable addresses,
        Utf8Column names,
        IReadOnlyList<LabelColumn> labels,
        IReadOnlyList<UnresolvedTarget> unresolved)
    {
        (Version, Source, _addresses, _names, _labels, Unresolved) = (version, source, addresses, names, labels, unresolved);
        LabelNames = [.. labels.Select(label => label.Name)];
    }

    public long Version { get; }

    /// <summary>The file the list came from, or what stands for it in messages.</summary>
    public string Source { get; }

    public int Count => _addresses.Count;

    public ReadOnlySpan<TargetAddress> Addresses => _addresses.Addresses;

    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>Host names without an address: they stand in every output as unknown.</summary>
    public IReadOnlyList<UnresolvedTarget> Unresolved { get; }

    /// <summary>A list of bare addresses; one that comes again is left out.</summary>
    public static TargetList FromAddresses(IEnumerable<TargetAddress> addresses, string source = "addresses", long version = 1)
    {
        var table = new AddressTable();
        foreach (var address in addresses)
        {
            table.TryAdd(address);
        }

        return new TargetList(version, source, table, new Utf8Column(), [], []);
    }

    /// <summary>The target with this address, or -1.</summary>
    public int IndexOf(TargetAddress address) => _addresses.IndexOf(address);

    /// <summary>The name given in the list, or the host name the address was resolved from; empty where there is none.</summary>
    public string NameOf(int target) => _names[target];

    public string LabelOf(int target, int label) => _labels[label][target];
}
