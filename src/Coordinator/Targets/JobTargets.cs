using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Targets;

/// <summary>A job's present target list, cut into shards. Immutable; a changed list is a new object.</summary>
/// <param name="RateCap">The most pings per second at which no prefix gets more than its limit; null without such a limit.</param>
internal sealed record JobTargets(ShardMap Map, int? RateCap)
{
    public TargetList List => Map.List;
}
