using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Api;

/// <summary>A job as the API shows it.</summary>
internal sealed record JobView(
    string Name,
    string TargetFile,
    double? EveryS,
    string Engine,
    int Count,
    double PeriodMs,
    double TimeoutMs,
    int Size,
    int Bucket,
    int Targets,
    int Shards,
    long ListVersion,
    int Rounds,
    int Skipped,
    DateTimeOffset? NextStart,
    long? LastRound,
    int? Up,
    int? Down,
    int? Unknown,
    string? Problem)
{
    /// <param name="hindrance">Why its running round gets nowhere, if so.</param>
    public static JobView Of(JobStatus status, string? hindrance) => new(
        status.Job.Name,
        status.Job.TargetFile,
        status.Job.Every?.TotalSeconds,
        status.Job.Probe.Engine.ToString().ToLowerInvariant(),
        status.Job.Probe.Count,
        status.Job.Probe.Period.TotalMilliseconds,
        status.Job.Probe.Timeout.TotalMilliseconds,
        status.Job.Probe.Size,
        status.Job.Probe.Bucket,
        status.Targets,
        status.Shards,
        status.ListVersion,
        status.Rounds,
        status.Skipped,
        status.NextStart,
        status.LastRound?.Value,
        status.LastSummary?.Up,
        status.LastSummary?.Down,
        status.LastSummary?.Unknown,
        hindrance ?? status.Problem);
}
