using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Membership;

/// <summary>What agents and sessions need to know of a round. Immutable.</summary>
internal sealed record RoundBriefing(RoundId Id, string Job, Probe Probe, ShardMap Map, DateTimeOffset? Deadline);
