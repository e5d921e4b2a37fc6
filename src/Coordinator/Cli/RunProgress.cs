using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>The progress of all jobs in one line: of each its running round, else what its last one came to.</summary>
internal sealed class RunProgress(ClusterLoop cluster, RoundOutput output, IReadOnlyList<JobRunner> runners)
{
    public ProgressDisplay Show(bool verbose) =>
        ProgressDisplay.Start(Snapshot, Console.Error, TerminalFeatures.StderrRedraws && !verbose, TimeProvider.System);

    public ProgressSnapshot Snapshot()
    {
        var rounds = cluster.Progress;
        var jobs = runners.Select(runner => Of(runner.Status, rounds.FirstOrDefault(round => round.Job == runner.Status.Job.Name))).ToList();
        var over = jobs.TrueForAll(job => job.Took is not null);
        return new ProgressSnapshot(
            jobs.Sum(job => job.Targets),
            jobs.Sum(job => job.Done),
            jobs.Sum(job => job.Up),
            jobs.Sum(job => job.Down),
            jobs.Sum(job => job.Unknown),
            jobs.Sum(job => job.PingsSent),
            over ? output.Stage : null,
            over ? jobs.Max(job => job.Took) : null);
    }

    // The progress is that of the last tick, so a round may still be in it that is closed.
    private static ProgressSnapshot Of(JobStatus status, RoundProgress? running) => status switch
    {
        _ when running is not null && !(running.Round.Value <= status.LastRound?.Value) =>
            new(status.Targets, running.Done, running.Up, running.Down, running.Unknown, running.Sent),
        { LastSummary: { } last } => new(last.Targets, last.Targets, last.Up, last.Down, last.Unknown, last.Sent, Took: last.Duration),
        _ => default,
    };
}
