using System.Net.Sockets;
using System.Text;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;

namespace FpingCluster.Shared.Tests.Hosting;

public sealed class ServiceManagerTests : IDisposable
{
    private const int MillisecondsPatience = 10_000;

    private readonly WorkFolder _folder = new();
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = MillisecondsPatience };

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Ready_is_told_with_the_status_on_one_line()
    {
        Manager(Listen()).Ready("connected to\nhttp://127.0.0.1:7443");

        Assert.Equal("READY=1\nSTATUS=connected to http://127.0.0.1:7443", Heard());
    }

    [Fact]
    public async Task Service_does_not_stand_still_because_systemd_does()
    {
        var socket = Listen();
        Fill(socket);

        await Task.Run(() => Manager(socket).Stopping()).WaitAsync(TimeSpan.FromMilliseconds(MillisecondsPatience));
    }

    [Fact]
    public async Task Ready_that_nobody_read_is_told_again_with_the_watchdogs_word()
    {
        var socket = Listen();
        var manager = Manager(socket, ("WATCHDOG_USEC", "30000000"));
        using var stop = new CancellationTokenSource();
        Fill(socket);
        manager.Ready("connected");
        while (_systemd.Available > 0)
        {
            Assert.Equal("X=1", Heard());
        }

        var time = new FakeTimeProvider();
        var watching = manager.WatchAsync(_ => Task.CompletedTask, time, stop.Token);

        Assert.Equal("WATCHDOG=1\nREADY=1\nSTATUS=connected", Heard());
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("WATCHDOG=1", Heard());
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public void Socket_may_be_an_abstract_one()
    {
        var name = $"fpingcluster-{Guid.NewGuid():N}";
        _systemd.Bind(new UnixDomainSocketEndPoint("\0" + name));

        Manager("@" + name).Stopping();

        Assert.Equal("STOPPING=1", Heard());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nowhere/notify")]
    public void Nothing_is_told_and_nothing_breaks_where_nobody_listens(string? socket) => Manager(socket).Ready("ready");

    [Fact]
    public async Task Watchdog_is_told_twice_in_its_time_as_long_as_the_service_answers()
    {
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var answers = new Signal();
        var isStuck = false;
        var watching = Manager(Listen(), ("WATCHDOG_USEC", "30000000")).WatchAsync(Answer, time, stop.Token);

        Assert.Equal("WATCHDOG=1", Heard());
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("WATCHDOG=1", Heard());
        Assert.Equal(0, _systemd.Available);

        isStuck = true;
        time.Advance(TimeSpan.FromSeconds(15));
        await answers.Wait(TimeSpan.FromMilliseconds(MillisecondsPatience), "the question that stays without an answer");
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _systemd.Available);
        await stop.CancelAsync();
        await watching;

        Task Answer(CancellationToken cancellationToken)
        {
            if (!isStuck)
            {
                return Task.CompletedTask;
            }

            answers.Set();
            return Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData("30000000", "1")]
    public async Task Watchdog_of_nobody_or_of_another_process_is_not_told(string? microseconds, string? process)
    {
        var manager = Manager(Listen(), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", process));

        await manager.WatchAsync(_ => Task.CompletedTask, TimeProvider.System, CancellationToken.None);

        Assert.Equal(0, _systemd.Available);
    }

    private static ServiceManager Manager(string? socket, params (string Name, string? Value)[] variables)
    {
        var environment = variables.Append(("NOTIFY_SOCKET", socket)).ToDictionary(variable => variable.Item1, variable => variable.Item2);
        return new ServiceManager(environment.GetValueOrDefault);
    }

    private string Listen()
    {
        var path = _folder.PathOf("notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(path));
        return path;
    }

    // As many datagrams as its queue takes.
    private static void Fill(string path)
    {
        using var filler = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        var end = new UnixDomainSocketEndPoint(path);
        Assert.Throws<SocketException>(new Action(() =>
        {
            while (true)
            {
                filler.SendTo("X=1"u8, end);
            }
        }));
    }

    private string Heard()
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
