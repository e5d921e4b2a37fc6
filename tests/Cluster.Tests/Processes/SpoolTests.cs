using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>A coordinator and its agent are killed one after the other, and come back.</summary>
public sealed class SpoolTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();
    private readonly int _agentPort = FreePort.Find();
    private readonly HttpClient _api;

    public SpoolTests()
    {
        var apiPort = FreePort.Find();
        _api = OperatorClient.Of($"http://127.0.0.1:{apiPort}/", _folder.PathOf("data"));
        _folder.Write("targets.txt", "10.0.0.0/22\n");
        // About ten seconds of work for the agent below, all of it leased at once.
        _folder.Write("coordinator.yml", $$"""
            jobs:
              - name: lab
                targets: { file: targets.txt }
                every: 1h
                probe: { engine: simulated, count: 5, period: 200ms, timeout: 200ms }
                bucket: 32
            listen: { grpc: "127.0.0.1:{{_agentPort}}", http: "127.0.0.1:{{apiPort}}" }
            data_dir: data
            """);
    }

    private string Spool => _folder.PathOf("agent/spool");

    public void Dispose()
    {
        _api.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Results_outlive_their_coordinator_and_then_their_agent()
    {
        await using (var coordinator = StartCoordinator())
        await using (var agent = StartAgent())
        {
            await Wait.Until(async () => await AgentsAre("begun_shards", begun => begun > 0), Patience, "the agent probes", () => agent.Describe(lines: 30));
            coordinator.Kill9();
            await Wait.Until(() => SpooledBytes() > 0, Patience, "results in the spool", () => agent.Describe(lines: 30));
            agent.Kill9();
            Assert.Equal(137, await agent.WaitForExit(Patience));
        }

        Assert.True(SpooledBytes() > 0);
        await using var again = StartAgent();
        await again.WaitForLine(line => line.Contains("Found ", StringComparison.Ordinal) && line.Contains(Spool, StringComparison.Ordinal), Patience);
        await using var successor = StartCoordinator();

        await Wait.Until(() => SpoolFiles().Length == 0, Patience, "an empty spool", () => again.Describe(lines: 30) + successor.Describe(lines: 30));
        await Wait.Until(
            async () => await AgentsAre("unacked_batches", unacked => unacked == 0), Patience, "everything acknowledged", () => successor.Describe(lines: 30));
        again.Terminate();
        Assert.True(await again.WaitForExit(Patience) == 0, again.Describe(lines: 30));
        Assert.Empty(SpoolFiles());
    }

    /// <summary>There is one agent, and what it says of itself is so.</summary>
    private async Task<bool> AgentsAre(string property, Func<int, bool> condition)
    {
        try
        {
            using var answer = JsonDocument.Parse(await _api.GetStringAsync("api/v1/agents"));
            return answer.RootElement.GetArrayLength() == 1 && condition(answer.RootElement[0].GetProperty(property).GetInt32());
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string[] SpoolFiles() => Directory.Exists(Spool) ? Directory.GetFiles(Spool) : [];

    private long SpooledBytes() => SpoolFiles().Sum(file => new FileInfo(file).Length);

    private LabProcess StartCoordinator() => LabProcess.Start(Repository.CoordinatorProgram, ["serve", "-c", _folder.PathOf("coordinator.yml")]);

    private LabProcess StartAgent() => LabProcess.Start(
        Repository.AgentProgram,
        [
            "run", "--coordinator", $"http://127.0.0.1:{_agentPort}", "--name", "a", "--data-dir", _folder.PathOf("agent"), "--max-rate", "500",
            "--engine", "simulated",
        ]);
}
