using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator rounds` and `rounds show`.</summary>
internal static class RoundsCommand
{
    public static Command Create()
    {
        var job = new Option<string>("--job") { Description = "Only rounds of this job", HelpName = "NAME" };
        var limit = CommandOptions.Number("--limit", [], 20, 1, 1_000, "N", "How many, the newest first");
        var command = ApiCommand.Create<RoundView[]>(
            "rounds",
            "Show the rounds that a running coordinator keeps, the newest first",
            parsed => $"api/v1/rounds?limit={parsed.GetValue(limit)}{(parsed.GetValue(job) is { } name ? $"&job={Uri.EscapeDataString(name)}" : "")}",
            (rounds, screen) => Show(rounds, screen),
            job,
            limit);
        command.Subcommands.Add(CreateShow());
        return command.WithExamples("fping-coordinator rounds", "fping-coordinator rounds --job iot --limit 100", "fping-coordinator rounds show 42");
    }

    public static void Show(IReadOnlyCollection<RoundView> rounds, Screen screen)
    {
        var table = new TextTable("ROUND", "JOB", TextTable.State, "BEGUN", "TOOK", "TARGETS", "DONE", "UP", "DOWN", "UNKNOWN", "LOSS", "PINGS/S");
        foreach (var round in rounds)
        {
            table.Add(
                $"{round.Id}",
                round.Job,
                round.State,
                Wording.Ago(round.StartedAt, screen.Now),
                Wording.Seconds(round.DurationS),
                Wording.Number(round.Targets),
                Wording.Number(round.Done),
                Wording.Number(round.Up),
                Wording.Number(round.Down),
                Wording.Number(round.Unknown),
                Wording.Percent(round.LossPercent),
                Wording.Rate(round.PingsPerSecond));
        }

        screen.Show(table);
    }

    private static Command CreateShow()
    {
        var id = new Argument<string>("ROUND") { Description = "The number of a round, or 'latest' for the one that closed last" };
        return ApiCommand.Create<RoundView>(
            "show", "Show one round and what each agent did for it", parsed => $"api/v1/rounds/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", ShowOne, id)
            .WithExamples("fping-coordinator rounds show latest", "fping-coordinator rounds show 42 --json");
    }

    private static void ShowOne(RoundView round, Screen screen)
    {
        Show([round], screen);
        if (round.RttMs is { } rtt)
        {
            screen.Output.WriteLine($"\nrtt min/avg/p50/p99/max {rtt.Min:0.###}/{rtt.Avg:0.###}/{rtt.P50:0.###}/{rtt.P99:0.###}/{rtt.Max:0.###} ms");
        }

        if (round.Agents.Count > 0)
        {
            var agents = new TextTable("AGENT", "ENGINE", "TARGETS", "SENT", "RECEIVED");
            foreach (var share in round.Agents)
            {
                agents.Add(share.Name, share.Engine, Wording.Number(share.Targets), Wording.Number(share.Sent), Wording.Number(share.Received));
            }

            screen.Output.WriteLine();
            screen.Show(agents);
        }
    }
}
