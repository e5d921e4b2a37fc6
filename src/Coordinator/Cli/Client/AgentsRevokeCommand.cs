using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator agents revoke`.</summary>
internal static class AgentsRevokeCommand
{
    public static Command Create()
    {
        var agents = new Argument<string[]>("AGENT")
        {
            Description = "Names or ids of agents, as 'agents enrolled' and 'agents --json' show them",
            Arity = ArgumentArity.OneOrMore,
        }.WithoutOptions();
        var connection = new ApiConnection();
        var json = ApiCommand.Json();
        var command = new Command("revoke", "Lock agents out for good: their sessions end at once, and no certificate of theirs is accepted again") { agents, json };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var revoked = await RevokeAsync(client, parsed.GetRequiredValue(agents), cancellationToken);
            var screen = Screen.Of(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                screen.Output.WriteLine(ApiJson.Write(revoked));
            }
            else
            {
                AgentsEnrolledCommand.Show(revoked, screen);
                screen.Remarks.WriteLine("to let such a host in again, delete agent-id, agent.key and agent.crt in its agent's data directory and enrol it with a new join token");
            }

            return ExitCode.Done;
        });
        return command.WithExamples("fping-coordinator agents revoke berlin-1", "fping-coordinator agents revoke 4f1c0e6d2b7a49d0a5f3c2b1e0d9f8a7 --json");
    }

    // Nobody is locked out unless all are known. An id is taken as it is: an agent with a certificate from outside may never have been seen.
    private static async Task<IReadOnlyList<EnrolledView>> RevokeAsync(ApiClient client, string[] words, CancellationToken cancellationToken)
    {
        var enrolled = await client.ReadAsync<EnrolledView[]>(AgentsEnrolledCommand.Path, cancellationToken);
        var connected = await client.ReadAsync<AgentView[]>(AgentsCommand.Path, cancellationToken);
        var known = enrolled.Select(agent => (agent.Name, agent.Id)).Concat(connected.Select(agent => (agent.Name, agent.Id))).Distinct().ToList();
        var chosen = words.Distinct().Select(word => (Word: word, Ids: IdsOf(word, known))).ToList();
        var faults = chosen.Where(choice => choice.Ids.Count != 1).Select(choice => Fault(choice.Word, choice.Ids)).ToList();
        if (faults.Count > 0)
        {
            throw new UserErrorException(string.Join(Environment.NewLine, faults));
        }

        var revoked = new List<EnrolledView>();
        foreach (var id in chosen.Select(choice => choice.Ids[0]).Distinct())
        {
            revoked.Add(await client.PostAsync<EnrolledView>($"{AgentsCommand.Path}/{id}/revoke", body: null, cancellationToken));
        }

        return revoked;
    }

    private static List<string> IdsOf(string word, List<(string Name, string Id)> known) =>
        Guid.TryParseExact(word, "N", out var id) ? [id.ToString("N")] : [.. known.Where(agent => agent.Name == word).Select(agent => agent.Id).Distinct()];

    private static string Fault(string word, List<string> ids) => ids.Count > 1
        ? $"{ids.Count} agents have the name '{word}'; choose by id: {string.Join(", ", ids)}"
        : $"there is no agent '{word}'; 'fping-coordinator agents enrolled' shows those there are";
}
