using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public sealed class SocketDropWatchTests : IDisposable
{
    private const int ProcessId = 4242;

    private readonly FakeTimeProvider _time = new();
    private readonly FakeHost _host = new("");

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Process_that_nobody_looked_at_may_have_dropped()
    {
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = watch.Follow();

        Assert.True(process.MayHaveDropped);
    }

    [Fact]
    public async Task Drops_at_its_own_socket_are_its_drops()
    {
        _host.WriteSockets("raw", (77, 0, 0), (88, 0, 0));
        _host.OpenSocket(ProcessId, 77);
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);
        watch.Look();
        Assert.False(process.MayHaveDropped);

        _host.WriteSockets("raw", (77, 0, 3), (88, 0, 900));
        watch.Look();

        Assert.True(process.MayHaveDropped);
        Assert.Equal(3, process.Drops);
        Assert.Equal(SocketMode.Raw, process.Mode);
    }

    [Fact]
    public async Task Drops_elsewhere_are_not_its_drops()
    {
        _host.WriteSockets("raw", (77, 0, 0), (88, 1000, 0));
        _host.OpenSocket(ProcessId, 77);
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);

        _host.WriteSockets("raw", (77, 0, 0), (88, 1000, 900));
        watch.Look();

        Assert.False(process.MayHaveDropped);
    }

    [Fact]
    public async Task Process_that_hides_its_files_shares_the_drops_of_its_user()
    {
        _host.WriteSockets("raw", (77, 1000, 5), (88, 2000, 0));
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);
        watch.Look();
        Assert.False(process.MayHaveDropped);

        _host.WriteSockets("raw", (77, 1000, 5), (88, 2000, 9), (99, 1000, 2));
        watch.Look();

        Assert.Equal(2, process.Drops);
    }

    [Fact]
    public async Task Look_that_is_too_long_ago_proves_nothing()
    {
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);
        watch.Look();

        _host.RemoveSockets("raw");
        _time.Advance(FpingBucket.DropMargin);
        Assert.False(process.MayHaveDropped);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(process.MayHaveDropped);
    }

    [Theory]
    [InlineData("raw6", SocketMode.Raw)]
    [InlineData("icmp", SocketMode.Datagram)]
    [InlineData("icmp6", SocketMode.Datagram)]
    public async Task Table_tells_the_sockets_mode(string table, object mode)
    {
        _host.WriteSockets(table, (77, 0, 0));
        _host.OpenSocket(ProcessId, 77);
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);

        watch.Look();

        Assert.Equal((SocketMode)mode, process.Mode);
    }

    [Fact]
    public async Task Process_whose_time_on_the_cpu_stands_still_has_not_run()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_host.ProcRoot, $"{ProcessId}")).FullName, "schedstat");
        await using var watch = new SocketDropWatch(_time, _host.ProcRoot);
        using var process = Follow(watch);
        Assert.False(process.HasRunSinceAsked());

        await File.WriteAllTextAsync(file, "100 20 3\n");
        Assert.True(process.HasRunSinceAsked());
        Assert.False(process.HasRunSinceAsked());
        await File.WriteAllTextAsync(file, "150 20 4\n");
        Assert.True(process.HasRunSinceAsked());
    }

    private static WatchedProcess Follow(SocketDropWatch watch)
    {
        var process = watch.Follow();
        process.ProcessId = ProcessId;
        return process;
    }
}
