using System.Net;
using System.Net.Sockets;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Hosting;

public sealed class CoordinatorHostTests : IDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Port_in_use_is_told_with_the_port_and_the_remedy()
    {
        using var other = new TcpListener(AnyPort);
        other.Start();
        var taken = (IPEndPoint)other.LocalEndpoint;

        Assert.Equal(Message("listen.grpc"), Assert.Throws<UserErrorException>(() => CoordinatorHost.Build(Settings(taken, AnyPort), LogLevel.Critical)).Message);
        Assert.Equal(Message("listen.http"), Assert.Throws<UserErrorException>(() => CoordinatorHost.Build(Settings(AnyPort, taken), LogLevel.Critical)).Message);

        string Message(string key) =>
            $"cannot listen on {taken}: address already in use; stop the program that has it (ss -ltnp shows which), or listen elsewhere with {key}";
    }

    [Fact]
    public async Task Port_that_is_taken_at_the_last_moment_is_told_too()
    {
        using var other = new TcpListener(AnyPort);
        other.Start();
        var taken = (IPEndPoint)other.LocalEndpoint;
        other.Stop();
        await using var app = CoordinatorHost.Build(Settings(taken, null), LogLevel.Critical);
        using var faster = new TcpListener(taken);
        faster.Start();

        var exception = await Assert.ThrowsAsync<UserErrorException>(() => CoordinatorHost.StartAsync(app, CancellationToken.None));

        Assert.Equal(ExitCode.BadUsage, exception.ExitStatus);
        Assert.Contains($"{taken}: address already in use; stop the program that has it (ss -ltnp shows which)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_of_another_host_is_told_with_the_address_and_the_remedy()
    {
        var settings = Settings(IPEndPoint.Parse("192.0.2.1:7443"), null, insecure: true);

        var exception = Assert.Throws<UserErrorException>(() => CoordinatorHost.Build(settings, LogLevel.Critical));

        Assert.StartsWith("cannot listen on 192.0.2.1:7443: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("name an address of this host and a port that this user may open with listen.grpc", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ends_open_sessions_at_once()
    {
        var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        var end = agent.EndAsync();

        await coordinator.DisposeAsync();

        var status = await end.WaitAsync(TestAgent.Patience);
        // The server's reset of the unread request may overtake the status; agents take both for passing.
        Assert.Contains(status.StatusCode, new[] { Grpc.Core.StatusCode.Unavailable, Grpc.Core.StatusCode.Internal });
    }

    private HostSettings Settings(IPEndPoint grpc, IPEndPoint? http, bool insecure = false) => new(grpc, http, insecure, _folder.Path, new ClusterOptions(), SettingNames.Keys);
}
