using System.Text;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Collects targets into columns; the first mention of an address wins, excluded ones stay out, and both are counted.</summary>
internal sealed class TargetListBuilder(AddressSet exclude, int maxTargets = TargetListLimits.Targets)
{
    private readonly AddressTable _addresses = new();
    private readonly Utf8Column _names = new();
    private readonly List<LabelColumn> _labels = [];
    private readonly Dictionary<string, PendingHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<UnresolvedTarget> _unresolved = [];

    public Tally Duplicates { get; } = new();

    public Tally Excluded { get; } = new();

    public Tally Unresolved { get; } = new();

    public bool IsEmpty => _addresses.Count == 0 && _unresolved.Count == 0;

    /// <summary>In the order of their lines.</summary>
    public IReadOnlyCollection<PendingHost> Hosts => _hosts.Values;

    public int LabelCount => _labels.Count;

    public LabelColumn Label(int index) => _labels[index];

    /// <summary>The index of the label, which is added if need be; -1 when there are too many.</summary>
    public int IndexOfLabel(string name)
    {
        var index = _labels.FindIndex(label => label.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && _labels.Count < TargetListLimits.Labels)
        {
            index = _labels.Count;
            _labels.Add(new LabelColumn(name));
        }

        return index;
    }

    /// <summary>False when the list is full.</summary>
    public bool TryAdd(AddressRange range, in TargetDetails details)
    {
        for (var address = range.First; address <= range.Last; address = new TargetAddress(address.Value + 1))
        {
            if (!TryAdd(address, in details))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>False when there are too many host names.</summary>
    public bool TryAddHost(string hostName, in TargetDetails details)
    {
        if (_hosts.ContainsKey(hostName))
        {
            Duplicates.Add(details.Place, hostName);
            return true;
        }

        if (_hosts.Count == TargetListLimits.HostNames)
        {
            return false;
        }

        var name = details.Name.IsEmpty ? Encoding.UTF8.GetBytes(hostName) : details.Name.ToArray();
        _hosts.Add(hostName, new PendingHost(hostName, details.Place, name, details.Labels.ToArray()));
        return true;
    }

    public bool TryAddResolved(PendingHost host, TargetAddress address) =>
        TryAdd(address, new TargetDetails(host.Place, host.Name, host.Labels));

    public void AddUnresolved(PendingHost host, string error)
    {
        Unresolved.Add(host.Place, $"{host.HostName} ({error})");
        _unresolved.Add(new UnresolvedTarget(host.HostName, Encoding.UTF8.GetString(host.Name), host.Place.Line, error)
        {
            Labels = [.. _labels.Select((label, index) => label.ValueOf(index < host.Labels.Length ? host.Labels[index] : 0))],
        });
    }

    public TargetList Build(long version, string source) => new(version, source, _addresses, _names, _labels, _unresolved);

    private bool TryAdd(TargetAddress address, in TargetDetails details)
    {
        if (exclude.Contains(address))
        {
            Excluded.Add(details.Place, address);
            return true;
        }

        if (!_addresses.TryAdd(address))
        {
            Duplicates.Add(details.Place, address);
            return true;
        }

        if (_addresses.Count > maxTargets)
        {
            return false;
        }

        var row = _addresses.Count - 1;
        _names.Set(row, details.Name);
        for (var index = 0; index < details.Labels.Length; index++)
        {
            _labels[index].Set(row, details.Labels[index]);
        }

        return true;
    }
}
