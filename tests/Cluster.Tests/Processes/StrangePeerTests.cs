using System.Net;
using System.Net.Sockets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>An agent whose coordinator is not there, is something else, or is of another version.</summary>
public sealed class StrangePeerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Unreachable_coordinator_is_told_and_tried_again_until_it_is_there()
    {
        var port = FreePort.Find();
        await using var agent = StartAgent(port);
        await agent.WaitForLine(
            line => line.Contains($"Cannot reach coordinator http://127.0.0.1:{port}/: connection refused; trying again in", StringComparison.Ordinal), Patience);

        await using var coordinator = StartCoordinator(port);

        Assert.True(await coordinator.WaitForExit(Patience) == 0, coordinator.Describe(lines: 20));
        Assert.Equal(2, coordinator.Output.Count);
        Assert.Equal(0, await agent.WaitForExit(Patience));
        Assert.Empty(agent.Output);
    }

    [Fact]
    public async Task Agent_that_finds_no_coordinator_leaves_in_order_when_told()
    {
        await using var agent = StartAgent(FreePort.Find());
        await agent.WaitForLine(line => line.Contains("Cannot reach coordinator", StringComparison.Ordinal), Patience);

        agent.Terminate();

        Assert.Equal(0, await agent.WaitForExit(Patience));
    }

    [Fact]
    public async Task Server_that_speaks_something_else_is_told_as_such()
    {
        using var server = new GarbageServer();
        await using var agent = StartAgent(server.Port);

        await agent.WaitForLine(
            line => line.Contains($"http://127.0.0.1:{server.Port}/", StringComparison.Ordinal)
                && line.Contains("did not answer as a coordinator does; check host and port; trying again", StringComparison.Ordinal),
            Patience);
        Assert.False(agent.HasExited);
        agent.Terminate();
        Assert.Equal(0, await agent.WaitForExit(Patience));
    }

    [Fact]
    public async Task Coordinator_of_another_version_ends_the_agent_with_its_remedy()
    {
        await using var coordinator = await RefusingCoordinator.StartAsync("this coordinator speaks protocol 2.0");
        await using var agent = StartAgent(coordinator.Port);

        Assert.Equal(3, await agent.WaitForExit(Patience));

        Assert.Contains(agent.Errors, line => line.EndsWith(
            $"Coordinator http://127.0.0.1:{coordinator.Port}/ refuses this agent: this coordinator speaks protocol 2.0; " +
            "install the same version of fping-agent and fping-coordinator",
            StringComparison.Ordinal));
        Assert.Empty(agent.Output);
    }

    [Fact]
    public async Task Coordinator_survives_garbage_bytes_on_its_port()
    {
        var port = FreePort.Find();
        await using var coordinator = StartCoordinator(port);
        await coordinator.WaitForLine(line => line.StartsWith("waiting for 1 agent on ", StringComparison.Ordinal), Patience);
        using var visitor = new TcpClient();
        await visitor.ConnectAsync(IPAddress.Loopback, port);
        await visitor.GetStream().WriteAsync(Convert.FromHexString("00FF13371337DEADBEEF0A0D0A0D"));
        await Wait.For(visitor.GetStream().CopyToAsync(Stream.Null), Patience, "the coordinator to hang up", () => coordinator.Describe(lines: 20));

        await using var agent = StartAgent(port);

        Assert.True(await coordinator.WaitForExit(Patience) == 0, coordinator.Describe(lines: 20));
        Assert.DoesNotContain(coordinator.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    private LabProcess StartAgent(int port) => LabProcess.Start(
        Repository.AgentProgram,
        ["run", "--coordinator", $"http://127.0.0.1:{port}", "--data-dir", _folder.PathOf("agent"), "--engine", "simulated", "--simulate", "dead=0"]);

    private LabProcess StartCoordinator(int port)
    {
        _folder.Write("targets.txt", "127.0.0.1\n");
        var job = _folder.Write("job.yml", "jobs: [{ name: one, targets: { file: targets.txt }, probe: { engine: simulated, count: 1 } }]\n");
        return LabProcess.Start(Repository.CoordinatorProgram, ["run", "-c", job, "--wait-agents", "1", "--listen", $"127.0.0.1:{port}"]);
    }
}
