using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A round that is closed and durable.</summary>
internal sealed record RoundOutcome(RoundId Round, Job Job, ShardMap Map, RoundTally Tally, RoundSummary Summary)
{
    /// <summary>Targets that are unknown because the round was cancelled.</summary>
    public int CutShort { get; init; }
}
