using System.Net;
using System.Net.Sockets;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Tests.Cli;

public sealed class InterruptionTests : IDisposable
{
    private readonly StoreFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Command_that_is_interrupted_says_so()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var status = CoordinatorProcess.Start(_temporary.Path, "status", "--url", $"http://{silent.LocalEndpoint}");
        using var connection = await silent.AcceptTcpClientAsync().WaitAsync(TestAgent.Patience);

        await status.SignalAsync("INT");

        Assert.Equal((ExitCode.Incomplete, "", "interrupted\n"), await status.EndAsync());
    }
}
