using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator agents`; asking one to leave is <see cref="AgentsDrainCommand"/>, locking one out <see cref="AgentsRevokeCommand"/>.</summary>
internal static class AgentsCommand
{
    public const string Path = "api/v1/agents";

    public static Command Create()
    {
        var command = ApiCommand.Create<AgentView[]>(
            "agents", "Show the agents of a running coordinator, what they can do and what they have at hand", _ => Path, (agents, screen) => Show(agents, screen));
        command.Subcommands.Add(AgentsDrainCommand.Create());
        command.Subcommands.Add(AgentsEnrolledCommand.Create());
        command.Subcommands.Add(AgentsRevokeCommand.Create());
        return command.WithExamples(
            "fping-coordinator agents", "fping-coordinator agents --url https://10.0.0.1:8080 --ca-file ca.crt --token-file viewer.token --json", "fping-coordinator agents drain berlin-1");
    }

    public static void Show(IReadOnlyCollection<AgentView> agents, Screen screen)
    {
        var table = new TextTable(
            "NAME", TextTable.State, "HEARD", "ENGINES", "CAPACITY", "BUDGET", "QUEUED", "BEGUN", "UNACKED", "SENT", "RECEIVED", "DROPS", "CPU", "VERSION", "PEER", "LABELS");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Name,
                agent.Status,
                Wording.Ago(agent.LastHeard, screen.Now),
                string.Join(',', agent.Engines),
                Wording.Number(agent.CapacityPingsPerSecond),
                Wording.Number(agent.BudgetPingsPerSecond),
                Wording.Number(agent.QueuedShards),
                Wording.Number(agent.BegunShards),
                Wording.Number(agent.UnackedBatches),
                Wording.Number(agent.SentPings),
                Wording.Number(agent.ReceivedReplies),
                Wording.Number(agent.LocalDrops),
                $"{agent.CpuPercent:0}%",
                agent.Version,
                agent.Peer,
                string.Join(',', agent.Labels.Select(label => $"{label.Key}={label.Value}")));
        }

        screen.Show(table);
        foreach (var agent in agents.Where(agent => agent.DroppedResults > 0))
        {
            screen.Remarks.WriteLine(
                $"{agent.Name} dropped {Wording.Number(agent.DroppedResults)} results that found no room in its spool while there was no coordinator: " +
                "make room on its disk, or raise its --spool-limit");
        }

        if (agents.Count == 0)
        {
            screen.Remarks.WriteLine("no agent has joined; start one with 'fping-agent run --coordinator URL'");
        }
    }
}
