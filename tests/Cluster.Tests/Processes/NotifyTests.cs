using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>What both programs tell systemd, whose socket the test holds.</summary>
public sealed class NotifyTests : IDisposable
{
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Service_is_ready_when_it_listens_agent_with_its_first_session_and_both_say_that_they_stop()
    {
        await using var service = new SimulatedService("10.0.0.0/28", count: 1);
        _systemd.Bind(new UnixDomainSocketEndPoint(service.Folder.PathOf("notify")));
        _ = HearAsync();
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = service.Folder.PathOf("notify"), ["WATCHDOG_USEC"] = "200000" };

        await using var agent = LabProcess.Start(
            Repository.AgentProgram,
            [
                "run", "--coordinator", service.AgentUrl.ToString(), "--name", "a", "--data-dir", service.Folder.PathOf("a"),
                "--engine", "simulated", "--simulate", "dead=0",
            ],
            environment);
        // Alive, but of no use yet.
        Assert.Equal("WATCHDOG=1", await Heard());

        await using var coordinator = LabProcess.Start(
            Repository.CoordinatorProgram, ["serve", "-c", service.Folder.PathOf("coordinator.yml")], environment);
        Assert.Equal($"READY=1\nSTATUS=agents on http://{service.AgentUrl.Authority}, API on http://{new Uri(service.ApiUrl).Authority}, 1 job", await Next());
        Assert.Equal($"READY=1\nSTATUS=connected to {service.AgentUrl}", await Next());

        agent.Terminate();
        Assert.Equal("STOPPING=1", await Next());
        Assert.Equal(0, await agent.WaitForExit(SimulatedService.Patience));
        coordinator.Terminate();
        Assert.Equal("STOPPING=1", await Next());
        Assert.Equal(0, await coordinator.WaitForExit(SimulatedService.Patience));
    }

    /// <summary>What is heard next but for watchdogs.</summary>
    private async Task<string> Next()
    {
        var heard = await Heard();
        while (heard == "WATCHDOG=1")
        {
            heard = await Heard();
        }

        return heard;
    }

    private Task<string> Heard() => _heard.Reader.ReadAsync().AsTask().WaitAsync(SimulatedService.Patience);

    // All the time, as systemd does: its queue holds ten.
    private async Task HearAsync()
    {
        var buffer = new byte[1024];
        while (true)
        {
            var length = await _systemd.ReceiveAsync(buffer);
            _heard.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, length));
        }
    }
}
