using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Puts the rounds of a run into one summary.</summary>
internal static class RunSummary
{
    /// <summary>
    /// Targets and their states are those of each job's last round; pings, durations and RTTs are of all rounds. Rounds of one job follow one another and jobs run
    /// side by side, so the duration is that of the job that took longest.
    /// </summary>
    public static RoundSummary Of(IReadOnlyList<RoundOutcome> outcomes)
    {
        var tally = new RoundTally();
        foreach (var outcome in outcomes)
        {
            tally.Add(outcome.Tally);
        }

        var jobs = outcomes.GroupBy(outcome => outcome.Job.Name).ToList();
        var last = jobs.Select(rounds => rounds.MaxBy(outcome => outcome.Round.Value)!.Summary).ToList();
        return tally.Summarize(jobs.Max(rounds => rounds.Aggregate(TimeSpan.Zero, (sum, outcome) => sum + outcome.Summary.Duration))) with
        {
            Targets = last.Sum(summary => summary.Targets),
            Up = last.Sum(summary => summary.Up),
            Down = last.Sum(summary => summary.Down),
            Unknown = last.Sum(summary => summary.Unknown),
            Rounds = jobs.Max(rounds => rounds.Count()),
        };
    }
}
