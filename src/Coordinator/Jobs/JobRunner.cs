using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Runs the rounds of one job, one after the other: on its schedule, or with a pause between them. A round that is still at work when the next is due lets
/// that one pass (counted), so rounds never overlap.
/// </summary>
internal sealed partial class JobRunner
{
    // A round that fills its whole time ends at its deadline; closing and writing it may take this part of it without the next being skipped.
    private const double LateTolerance = 0.1;

    // Without a schedule a round that could not even begin would be tried again at once, for ever.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Job _job;
    private readonly TargetLoader _targets;
    private readonly ClusterLoop _cluster;
    private readonly RoundOutput _output;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="targets">Its list may be loaded already; it is shown from the start then.</param>
    public JobRunner(Job job, TargetLoader targets, ClusterLoop cluster, RoundOutput output, TimeProvider time, ILogger<JobRunner> logger)
    {
        (_job, _targets, _cluster, _output, _time, _logger) = (job, targets, cluster, output, time, logger);
        Status = JobStatus.Of(job);
        if (targets.Current is { } loaded)
        {
            Show(loaded);
        }
    }

    public JobStatus Status { get; private set; }

    /// <summary>A round that a former coordinator left, to begin with; null: a new one.</summary>
    public ActiveRound? Resumed { get; set; }

    /// <summary>Called after a round's output is written.</summary>
    public Action<RoundOutcome>? RoundFinished { get; set; }

    /// <param name="rounds">0: until cancelled.</param>
    /// <param name="keepGoing">A service logs what goes wrong and tries again at the next round; a one-shot run ends with it.</param>
    public async Task RunAsync(int rounds, bool keepGoing, CancellationToken cancellationToken)
    {
        var due = Resumed?.StartedTimestamp ?? _time.GetTimestamp();
        for (var round = 1; !cancellationToken.IsCancellationRequested; round++)
        {
            var pause = _job.Pause;
            try
            {
                await RunRoundAsync(keepGoing, cancellationToken);
            }
            catch (OperationCanceledException) when (keepGoing && cancellationToken.IsCancellationRequested)
            {
                // The round stays open for the next start.
                return;
            }
            catch (UserErrorException exception) when (keepGoing)
            {
                Status = Status with { Problem = exception.Message };
                Log.RoundFailed(_logger, _job.Name, exception.Message);
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
        (var resumed, Resumed) = (Resumed, null);
        var outcome = resumed is null ? await RunNewRoundAsync(cancellationToken) : await _cluster.RunRoundAsync(resumed, cancellationToken);
        Status = Status with { Rounds = Status.Rounds + 1, LastRound = outcome.Round, LastSummary = outcome.Summary };
        if (keepGoing && cancellationToken.IsCancellationRequested && outcome.Summary.Unknown > 0)
        {
            // Cut short by the stop: the output keeps the last whole round.
            return;
        }

        _output.Write(outcome);
        RoundFinished?.Invoke(outcome);
    }

    private async Task<RoundOutcome> RunNewRoundAsync(CancellationToken cancellationToken)
    {
        var current = await _targets.LoadAsync(cancellationToken);
        foreach (var problem in _targets.Problems)
        {
            Log.ListKept(_logger, _job.Name, problem);
        }

        Show(current);
        return await _cluster.RunRoundAsync(new RoundOrder(_job, current.Map, _job.Every, current.RateCap), cancellationToken);
    }

    private void Show(JobTargets current)
    {
        foreach (var warning in current.List.Version == Status.ListVersion ? [] : _targets.Warnings)
        {
            Log.ListWarning(_logger, _job.Name, warning);
        }

        Status = Status with
        {
            Targets = current.List.Count + current.List.Unresolved.Count,
            Shards = current.Map.Shards.Count,
            ListVersion = current.List.Version,
            NextStart = null,
            Problem = _targets.Problems.Count > 0 ? _targets.Problems[0] : null,
        };
    }

    // Returns when the next round was due, so that the schedule does not drift.
    private async Task<long> WaitForNextAsync(long due, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_job.Every is { } every)
        {
            var late = _time.GetElapsedTime(due) - every;
            var missed = (int)Math.Max(0, Math.Ceiling(late / every - LateTolerance));
            if (missed > 0)
            {
                Status = Status with { Skipped = Status.Skipped + missed };
                Log.RoundsSkipped(_logger, _job.Name, Quantity.Of(missed, "round"), every.TotalSeconds);
            }

            var next = every * (missed + 1);
            wait = next - _time.GetElapsedTime(due);
            due += (long)(next.TotalSeconds * _time.TimestampFrequency);
        }

        if (wait > TimeSpan.Zero)
        {
            Status = Status with { NextStart = _time.GetUtcNow() + wait };
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return due;
    }

}
