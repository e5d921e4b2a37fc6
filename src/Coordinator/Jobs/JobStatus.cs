using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Where a job stands. Immutable.</summary>
/// <param name="Skipped">Rounds that did not begin because the one before was still at work.</param>
/// <param name="Problem">Why the last attempt did not go as it should; null when it did.</param>
internal sealed record JobStatus(
    Job Job, int Targets, int Shards, long ListVersion, int Rounds, int Skipped, DateTimeOffset? NextStart, RoundId? LastRound, RoundSummary? LastSummary, string? Problem)
{
    public static JobStatus Of(Job job) => new(job, 0, 0, 0, 0, 0, null, null, null, null);
}
