using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator agents drain`.</summary>
internal static class AgentsDrainCommand
{
    public static Command Create()
    {
        var agents = new Argument<string[]>("AGENT")
        {
            Description = "Names or ids of agents, as 'agents' and 'agents --json' show them",
            Arity = ArgumentArity.OneOrMore,
        };
        var connection = new ApiConnection();
        var json = ApiCommand.Json();
        var command = new Command(
            "drain", "Ask agents to finish or return what they hold and to leave: no shard is probed twice, and each ends with exit code 0") { agents, json };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var asked = await DrainAsync(client, parsed.GetRequiredValue(agents), cancellationToken);
            var screen = Screen.Of(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                screen.Output.WriteLine(ApiJson.Write(asked));
            }
            else
            {
                AgentsCommand.Show(asked, screen);
                screen.Remarks.WriteLine("each leaves when all it has begun is finished and acknowledged; until then 'fping-coordinator agents' shows it");
            }

            return ExitCode.Done;
        });
        return command.WithExamples("fping-coordinator agents drain berlin-1", "fping-coordinator agents drain berlin-1 berlin-2 --json");
    }

    // Nobody is asked unless all are known.
    private static async Task<IReadOnlyList<AgentView>> DrainAsync(ApiClient client, string[] words, CancellationToken cancellationToken)
    {
        var known = await client.ReadAsync<AgentView[]>(AgentsCommand.Path, cancellationToken);
        var chosen = words.Distinct().Select(word => (Word: word, Agents: known.Where(agent => agent.Name == word || agent.Id == word).ToList())).ToList();
        var faults = chosen.Where(choice => choice.Agents.Count != 1).Select(choice => Fault(choice.Word, choice.Agents, known)).ToList();
        if (faults.Count > 0)
        {
            throw new UserErrorException(string.Join(Environment.NewLine, faults));
        }

        var asked = new List<AgentView>();
        foreach (var id in chosen.Select(choice => choice.Agents[0].Id).Distinct())
        {
            asked.Add(await client.PostAsync<AgentView>($"{AgentsCommand.Path}/{id}/drain", body: null, cancellationToken));
        }

        return asked;
    }

    private static string Fault(string word, List<AgentView> agents, AgentView[] known) =>
        agents.Count > 1 ? $"{agents.Count} agents have the name '{word}'; choose by id: {string.Join(", ", agents.Select(agent => $"{agent.Id} ({agent.Peer})"))}"
        : known.Length == 0 ? $"there is no agent '{word}': none is connected"
        : $"there is no agent '{word}'; the agents here are {string.Join(", ", known.Select(agent => agent.Name))}";
}
