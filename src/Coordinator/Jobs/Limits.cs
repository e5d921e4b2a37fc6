using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>What the operator allows. The coordinator keeps to it, and so does each agent by itself.</summary>
internal sealed record Limits
{
    /// <summary>Pings per second of the whole cluster; null is unlimited.</summary>
    public int? Rate { get; init; }

    /// <summary>Pings per second of each agent.</summary>
    public int PerAgent { get; init; } = 20_000;

    public PrefixLimit? PerPrefix { get; init; }

    /// <summary>Never pinged, whatever a target list says.</summary>
    public IReadOnlyList<AddressRange> Exclude { get; init; } = [];
}
