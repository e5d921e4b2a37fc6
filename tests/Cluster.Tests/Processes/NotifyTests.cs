using System.Net.Sockets;
using System.Text;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>What both programs tell systemd, whose socket the test holds.</summary>
public sealed class NotifyTests : IDisposable
{
    private const int Patience = 90_000;

    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = Patience };

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Service_is_ready_when_it_listens_agent_with_its_first_session_and_both_say_that_they_stop()
    {
        await using var service = new SimulatedService("10.0.0.0/28", count: 1);
        _systemd.Bind(new UnixDomainSocketEndPoint(service.Folder.PathOf("notify")));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = service.Folder.PathOf("notify"), ["WATCHDOG_USEC"] = "200000" };

        await using var agent = LabProcess.Start(
            Repository.AgentProgram,
            [
                "run", "--coordinator", service.AgentUrl.ToString(), "--name", "a", "--data-dir", service.Folder.PathOf("a"),
                "--engine", "simulated", "--simulate", "dead=0",
            ],
            environment);
        // Alive, but of no use yet.
        Assert.Equal("WATCHDOG=1", Heard());

        await using var coordinator = LabProcess.Start(
            Repository.CoordinatorProgram, ["serve", "-c", service.Folder.PathOf("coordinator.yml")], environment);
        Assert.Equal($"READY=1\nSTATUS=agents on http://{service.AgentUrl.Authority}, API on http://{new Uri(service.ApiUrl).Authority}, 1 job", Next());
        Assert.Equal($"READY=1\nSTATUS=connected to {service.AgentUrl}", Next());

        agent.Terminate();
        Assert.Equal("STOPPING=1", Next());
        Assert.Equal(0, await agent.WaitForExit(SimulatedService.Patience));
        coordinator.Terminate();
        Assert.Equal("STOPPING=1", Next());
        Assert.Equal(0, await coordinator.WaitForExit(SimulatedService.Patience));
    }

    /// <summary>What is heard next but for watchdogs.</summary>
    private string Next()
    {
        var heard = Heard();
        while (heard == "WATCHDOG=1")
        {
            heard = Heard();
        }

        return heard;
    }

    private string Heard()
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
