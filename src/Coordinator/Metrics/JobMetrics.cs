using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Metrics;

/// <summary>The jobs: how their rounds go, and what the last one found.</summary>
internal static class JobMetrics
{
    // Not "job", which Prometheus gives to what it scrapes.
    private const string LabelName = "ping_job";

    public static void AddTo(MetricPage page, IReadOnlyList<JobStatus> jobs, IReadOnlyList<RoundProgress> running)
    {
        page.Gauge("job_targets", "Targets on the job's list.", jobs.Select(job => new MetricSample(job.Targets, Label(job))));
        page.Gauge("job_problem", "1 while the job does not go as it should; the API says why.", jobs.Select(job => new MetricSample(job.Problem is null ? 0 : 1, Label(job))));
        page.Counter("job_rounds", "Rounds that this process has closed.", jobs.Select(job => new MetricSample(job.Rounds, Label(job))));
        page.Counter("job_rounds_skipped", "Rounds that did not begin because the one before was still at work.", jobs.Select(job => new MetricSample(job.Skipped, Label(job))));
        page.Gauge("job_running_targets", "Targets of the running round.", running.Select(round => new MetricSample(round.Targets, (LabelName, round.Job))));
        page.Gauge("job_running_targets_done", "Targets of the running round with a result.", running.Select(round => new MetricSample(round.Done, (LabelName, round.Job))));
        AddLastRound(page, [.. jobs.Where(job => job.LastSummary is not null).Select(job => (job, job.LastSummary!))]);
    }

    private static void AddLastRound(MetricPage page, IReadOnlyList<(JobStatus Job, RoundSummary Summary)> rounds)
    {
        page.Gauge("job_last_round_targets", "Targets of the last closed round by state.", rounds.SelectMany(round => new[]
        {
            new MetricSample(round.Summary.Up, Label(round.Job), ("state", TargetState.Up.Word())),
            new MetricSample(round.Summary.Down, Label(round.Job), ("state", TargetState.Down.Word())),
            new MetricSample(round.Summary.Unknown, Label(round.Job), ("state", TargetState.Unknown.Word())),
        }));
        page.Gauge("job_last_round_duration_seconds", "How long the last closed round took.", Each(rounds, summary => summary.Duration.TotalSeconds));
        page.Gauge("job_last_round_pings_sent", "Pings sent in the last closed round.", Each(rounds, summary => summary.Sent));
        page.Gauge("job_last_round_pings_received", "Pings answered in the last closed round.", Each(rounds, summary => summary.Received));
        page.Gauge("job_last_round_duplicates", "Answers that came again in the last closed round.", Each(rounds, summary => summary.Duplicates));
        page.Gauge(
            "job_last_round_local_drops", "Pings of the last closed round that our own hosts obscured; they were sent again or are unknown, never lost.", Each(rounds, summary => summary.LocalDrops));
        page.Gauge("job_last_round_rtt_seconds", "Round-trip times of the last closed round.", rounds.Where(round => round.Summary.Rtt is not null).SelectMany(round => new[]
        {
            Rtt(round.Job, "min", round.Summary.Rtt!.Min),
            Rtt(round.Job, "avg", round.Summary.Rtt.Avg),
            Rtt(round.Job, "p50", round.Summary.Rtt.P50),
            Rtt(round.Job, "p99", round.Summary.Rtt.P99),
            Rtt(round.Job, "max", round.Summary.Rtt.Max),
        }));
    }

    private static IEnumerable<MetricSample> Each(IEnumerable<(JobStatus Job, RoundSummary Summary)> rounds, Func<RoundSummary, double> value) =>
        rounds.Select(round => new MetricSample(value(round.Summary), Label(round.Job)));

    private static MetricSample Rtt(JobStatus job, string statistic, double milliseconds) => new(milliseconds / 1000, Label(job), ("stat", statistic));

    private static (string Name, string Text) Label(JobStatus job) => (LabelName, job.Job.Name);
}
