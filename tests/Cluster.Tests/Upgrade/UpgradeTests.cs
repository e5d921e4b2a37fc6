using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Upgrade;

/// <summary>
/// A cluster whose programs are replaced one by one while a round goes on, on the same data folders: by those of one minor version later, and back.
/// Every program meets the other version, and so do the store and the agents' folders.
/// </summary>
public sealed class UpgradeTests(EarlierRelease earlier) : IClassFixture<EarlierRelease>, IAsyncLifetime
{
    private const int Targets = 4_096;
    private const int Count = 2;
    private const int AgentRate = 400; // the round takes 10 s: the replacing fits into it

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly WorkFolder _folder = new();
    private readonly int _agentPort = FreePort.Find();
    private readonly List<LabProcess> _processes = [];

    public Task InitializeAsync()
    {
        _folder.Write("targets.txt", "10.0.0.0/20\n");
        _folder.Write("coordinator.yml", $$"""
            jobs:
              - name: lab
                targets: { file: targets.txt }
                probe: { engine: simulated, count: {{Count}}, period: 100ms, timeout: 200ms }
                bucket: 32
                output: { file: results.csv }
            limits: { per_agent: {{AgentRate}} }
            listen: { grpc: "127.0.0.1:{{_agentPort}}", http: "127.0.0.1:{{FreePort.Find()}}" }
            data_dir: data
            """);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Programs_replaced_one_by_one_lose_nothing(bool rollback)
    {
        var (from, to) = rollback ? (Present, Earlier) : (Earlier, Present);
        var coordinator = StartCoordinator(from);
        LabProcess[] agents = [StartAgent(from, "a"), StartAgent(from, "b"), StartAgent(from, "c")];
        await Task.WhenAll(agents.Select(HasBegun));

        if (rollback)
        {
            await Leave(coordinator);
        }
        else
        {
            // Version 0.1 closes its round when it is told to stop.
            coordinator.Kill9();
        }

        coordinator = StartCoordinator(to);
        // Agents of the other version go on with the round.
        await coordinator.WaitForLine(line => line.Contains("oing on with round 1", StringComparison.Ordinal), Patience);
        for (var i = 0; i < agents.Length; i++)
        {
            await Leave(agents[i]);
            agents[i] = StartAgent(to, $"{(char)('a' + i)}");
            await HasBegun(agents[i]);
        }

        await Wait.Until(() => File.Exists(_folder.PathOf("results.csv")), Patience, "the round is closed and written", Describe);
        var rows = ResultLine.ReadAll(_folder.PathOf("results.csv"));
        Assert.Equal((Targets, Targets), (rows.Count, rows.DistinctBy(row => row.Address).Count()));
        Assert.All(rows, row => Assert.Equal(("up", Count, Count), (row.State, row.Sent, row.Received)));
    }

    private static (string Agent, string Coordinator) Present => (Repository.AgentProgram, Repository.CoordinatorProgram);

    private (string Agent, string Coordinator) Earlier => (earlier.AgentProgram, earlier.CoordinatorProgram);

    private LabProcess StartCoordinator((string Agent, string Coordinator) release) => Start(release.Coordinator, "serve", "-c", _folder.PathOf("coordinator.yml"));

    private LabProcess StartAgent((string Agent, string Coordinator) release, string name) => Start(
        release.Agent, "run", "--coordinator", $"http://127.0.0.1:{_agentPort}", "--name", name, "--data-dir", _folder.PathOf(name),
        "--engine", "simulated", "--simulate", "dead=0,unreachable=0,flapping=0,lossy=0");

    private Task HasBegun(LabProcess agent) =>
        agent.WaitForLine(line => line.Contains("onnected", StringComparison.Ordinal), Patience);

    private static async Task Leave(LabProcess process)
    {
        process.Terminate();
        Assert.True(await process.WaitForExit(Patience) == 0, process.Describe(lines: 30));
    }

    private LabProcess Start(string program, params string[] arguments)
    {
        var process = LabProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }

    private string Describe() => string.Join(Environment.NewLine, _processes.Select(process => process.Describe(lines: 15)));
}
