using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator agents enrolled`.</summary>
internal static class AgentsEnrolledCommand
{
    public const string Path = $"{AgentsCommand.Path}/enrolled";

    public static Command Create() =>
        ApiCommand.Create<EnrolledView[]>("enrolled", "Show the agents that have certificates of this coordinator, and those that are locked out", _ => Path, (agents, screen) => Show(agents, screen))
            .WithExamples("fping-coordinator agents enrolled", "fping-coordinator agents enrolled --json | jq -r '.[] | select(.state == \"expired\") | .name'");

    public static void Show(IReadOnlyCollection<EnrolledView> agents, Screen screen)
    {
        var table = new TextTable("NAME", TextTable.State, "ENROLLED", "ISSUED", "ENDS", "TOKEN", "REVOKED", "BY", "ID");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Name,
                agent.State,
                Wording.Ago(agent.EnrolledAt, screen.Now),
                Wording.Ago(agent.IssuedAt, screen.Now),
                Wording.End(agent.ExpiresAt, screen.Now),
                agent.TokenId ?? Wording.None,
                Wording.Ago(agent.RevokedAt, screen.Now),
                agent.RevokedBy ?? Wording.None,
                agent.Id);
        }

        screen.Show(table);
        if (agents.Count == 0)
        {
            screen.Remarks.WriteLine("no agent has enrolled; 'fping-coordinator token create' makes the token to do so");
        }
    }
}
