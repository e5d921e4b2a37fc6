using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator jobs`.</summary>
internal static class JobsCommand
{
    public static Command Create() =>
        ApiCommand.Create<JobView[]>("jobs", "Show the jobs of a running coordinator and what their last rounds came to", _ => "api/v1/jobs", (jobs, screen) => Show(jobs, screen))
            .WithExamples("fping-coordinator jobs", "fping-coordinator jobs --json");

    public static void Show(IEnumerable<JobView> jobs, Screen screen)
    {
        var table = new TextTable(
            "NAME", "EVERY", "NEXT", "ENGINE", "COUNT", "TARGETS", "SHARDS", "ROUNDS", "SKIPPED", "LAST", "UP", "DOWN", "UNKNOWN", "PROBLEM");
        foreach (var job in jobs)
        {
            table.Add(
                job.Name,
                job.EveryS is { } every ? Durations.Format(TimeSpan.FromSeconds(every)) : "once",
                Wording.Until(job.NextStart, screen.Now),
                job.Engine,
                Wording.Number(job.Count),
                Wording.Number(job.Targets),
                Wording.Number(job.Shards),
                Wording.Number(job.Rounds),
                Wording.Number(job.Skipped),
                Wording.Number(job.LastRound),
                Wording.Number(job.Up),
                Wording.Number(job.Down),
                Wording.Number(job.Unknown),
                job.Problem ?? "");
        }

        screen.Show(table);
    }
}
