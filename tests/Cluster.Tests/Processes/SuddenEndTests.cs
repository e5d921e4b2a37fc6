using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>What is left of the others when a program is killed outright.</summary>
public sealed class SuddenEndTests : IDisposable
{
    private const string Agent = "fping-agent";
    private const string Fping = "fping";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();

    public SuddenEndTests()
    {
        _folder.Write("targets.txt", "127.1.0.0/16\n");
        _folder.Write("job.yml", """
            jobs:
              - name: loopback
                targets: { file: targets.txt }
                probe: { engine: fping, count: 5, period: 200ms, timeout: 500ms }
            limits: { per_agent: 2000 }
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Local_agents_leave_by_themselves_when_the_coordinator_is_killed()
    {
        await using var coordinator = LabProcess.Start(
            Repository.CoordinatorProgram, ["run", "-c", _folder.PathOf("job.yml"), "--local-agents", "3", "--data-dir", _folder.PathOf("data"), "--verbose"]);
        var agents = await Children(coordinator.Id, Agent, atLeast: 3);
        var pingers = new List<int>();
        foreach (var agent in agents)
        {
            pingers.AddRange(await Children(agent, Fping, atLeast: 1));
        }

        coordinator.Kill9();

        await AllEnd(agents, Agent);
        await AllEnd(pingers, Fping);
        Assert.Equal(137, await coordinator.WaitForExit(Patience));
    }

    [Fact]
    public async Task Fping_processes_end_by_themselves_when_their_agent_is_killed()
    {
        var port = FreePort.Find();
        await using var coordinator = LabProcess.Start(
            Repository.CoordinatorProgram,
            ["run", "-c", _folder.PathOf("job.yml"), "--wait-agents", "1", "--listen", $"127.0.0.1:{port}", "--data-dir", _folder.PathOf("data")]);
        await using var agent = LabProcess.Start(
            Repository.AgentProgram, ["run", "--coordinator", $"http://127.0.0.1:{port}", "--data-dir", _folder.PathOf("agent"), "--max-rate", "2000"]);
        await agent.WaitForLine(line => line.Contains("fping layout", StringComparison.Ordinal), Patience);
        var pingers = await Children(agent.Id, Fping, atLeast: 1);

        agent.Kill9();

        await AllEnd(pingers, Fping);
    }

    private static async Task<IReadOnlyList<int>> Children(int parent, string command, int atLeast)
    {
        IReadOnlyList<int> children = [];
        await Wait.Until(() => (children = ChildProcesses.Of(parent, command)).Count >= atLeast, Patience, $"{atLeast} children '{command}' of process {parent}");
        return children;
    }

    private static Task AllEnd(IReadOnlyList<int> processes, string command) => Wait.Until(
        () => !processes.Any(id => ChildProcesses.IsAlive(id, command)), Patience, $"the end of {string.Join(", ", processes)} ({command})");
}
