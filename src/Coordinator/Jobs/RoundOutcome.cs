using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A round that is closed and durable.</summary>
internal sealed record RoundOutcome(RoundId Round, Job Job, ShardMap Map, RoundTally Tally, RoundSummary Summary);
