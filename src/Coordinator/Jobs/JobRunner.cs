using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Runs the rounds of one job, one after the other: on its schedule, or with a pause between them. A round that is still at work when the next is due lets
/// that one pass (counted), so rounds never overlap.
/// </summary>
internal sealed partial class JobRunner(
    Job job, TargetLoader targets, ClusterLoop cluster, RoundOutput output, TimeProvider time, ILogger<JobRunner> logger)
{
    // A round that fills its whole time ends at its deadline; closing and writing it may take this part of it without the next being skipped.
    private const double LateTolerance = 0.1;

    // Without a schedule a round that could not even begin would be tried again at once, for ever.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    public JobStatus Status { get; private set; } = JobStatus.Of(job);

    /// <summary>Called after a round's output is written.</summary>
    public Action<RoundOutcome>? RoundFinished { get; set; }

    /// <summary>Reads the target list, so that a bad one is told before anything is started.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Show(await targets.LoadAsync(cancellationToken));
        foreach (var warning in targets.Warnings)
        {
            Log.ListWarning(logger, job.Name, warning);
        }
    }

    /// <param name="rounds">0: until cancelled.</param>
    /// <param name="keepGoing">A service logs what goes wrong and tries again at the next round; a one-shot run ends with it.</param>
    public async Task RunAsync(int rounds, bool keepGoing, CancellationToken cancellationToken)
    {
        var due = time.GetTimestamp();
        for (var round = 1; !cancellationToken.IsCancellationRequested; round++)
        {
            var pause = job.Pause;
            try
            {
                await RunRoundAsync(keepGoing, cancellationToken);
            }
            catch (UserErrorException exception) when (keepGoing)
            {
                Status = Status with { Problem = exception.Message };
                Log.RoundFailed(logger, job.Name, exception.Message);
                pause = pause > RetryPause ? pause : RetryPause;
            }

            if (round == rounds)
            {
                return;
            }

            due = await WaitForNextAsync(due, pause, cancellationToken);
        }
    }

    private async Task RunRoundAsync(bool keepGoing, CancellationToken cancellationToken)
    {
        var current = await targets.LoadAsync(cancellationToken);
        foreach (var problem in targets.Problems)
        {
            Log.ListKept(logger, job.Name, problem);
        }

        Show(current);
        var outcome = await cluster.RunRoundAsync(new RoundOrder(job, current.Map, job.Every, current.RateCap), cancellationToken);
        Status = Status with { Rounds = Status.Rounds + 1, LastRound = outcome.Round, LastSummary = outcome.Summary };
        if (keepGoing && cancellationToken.IsCancellationRequested && outcome.Summary.Unknown > 0)
        {
            // Cut short by the stop: the output keeps the last whole round.
            return;
        }

        output.Write(outcome);
        RoundFinished?.Invoke(outcome);
    }

    private void Show(JobTargets current) => Status = Status with
    {
        Targets = current.List.Count + current.List.Unresolved.Count,
        Shards = current.Map.Shards.Count,
        ListVersion = current.List.Version,
        NextStart = null,
        Problem = targets.Problems.Count > 0 ? targets.Problems[0] : null,
    };

    // Returns when the next round was due, so that the schedule does not drift.
    private async Task<long> WaitForNextAsync(long due, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (job.Every is { } every)
        {
            var late = time.GetElapsedTime(due) - every;
            var missed = (int)Math.Max(0, Math.Ceiling(late / every - LateTolerance));
            if (missed > 0)
            {
                Status = Status with { Skipped = Status.Skipped + missed };
                Log.RoundsSkipped(logger, job.Name, missed, every.TotalSeconds);
            }

            var next = every * (missed + 1);
            wait = next - time.GetElapsedTime(due);
            due += (long)(next.TotalSeconds * time.TimestampFrequency);
        }

        if (wait > TimeSpan.Zero)
        {
            Status = Status with { NextStart = time.GetUtcNow() + wait };
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return due;
    }

}
