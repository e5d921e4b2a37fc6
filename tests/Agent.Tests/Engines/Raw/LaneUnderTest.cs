using System.Threading.Channels;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>A lane's parts, put together over a made-up network.</summary>
internal sealed class LaneUnderTest : IDisposable
{
    public const long Ms = 1_000_000;

    private readonly int _rate;

    public LaneUnderTest(SocketMode mode = SocketMode.Raw, bool hasIPv6 = true, long tickNs = 0, int rate = 1_000_000, bool remembersPings = true)
    {
        _rate = rate;
        Clock = new FakeLaneClock { TickNs = tickNs };
        IPv4 = new FakePingPort(Clock, ipv4: true, mode) { Pings = remembersPings ? [] : null };
        IPv6 = new FakePingPort(Clock, ipv4: false, mode) { Pings = remembersPings ? [] : null };
        var ports = new PingPorts(IPv4, hasIPv6 ? IPv6 : null);
        Book = new PingBook(Sink, TimeProvider.System);
        Pacer = new Pacer(new RateLimit(rate));
        Receiver = new LaneReceiver(Book, ports, Clock);
        Sender = new LaneSender(Book, ports, Receiver, Pacer, Clock);
        Drops = new DropWatch(ports, new HostDrops(Path.Combine(AppContext.BaseDirectory, "no such root")), static () => 0);
    }

    public FakeLaneClock Clock { get; }

    public FakePingPort IPv4 { get; }

    public FakePingPort IPv6 { get; }

    public RecordingSink Sink { get; } = new();

    public PingBook Book { get; }

    public Pacer Pacer { get; }

    public bool IsSlowed => Pacer.PingsPerSecond < _rate;

    public LaneReceiver Receiver { get; }

    public LaneSender Sender { get; }

    public DropWatch Drops { get; }

    /// <summary>The rates that drops led to.</summary>
    public List<int> SlowedTo { get; } = [];

    /// <summary>The result of the only shard.</summary>
    public ShardResult Result => Assert.Single(Sink.Results).Result;

    public ShardResult ResultOf(ShardAssignment shard) => Assert.Single(Sink.Results, entry => entry.Assignment == shard).Result;

    public void Add(ShardAssignment shard) => Book.Add(shard, Clock.NowNs);

    public int Send() => Sender.Send(CancellationToken.None);

    /// <summary>Reads what came until now, and decides.</summary>
    public void Settle()
    {
        Receiver.Drain();
        Book.Expire(Receiver.SettledNs, Clock.NowNs);
    }

    /// <summary>Lets so much time pass, then decides; and reports, 20 ms later.</summary>
    public void Finish(long afterNs)
    {
        Clock.Advance(afterNs);
        Settle();
        Clock.Advance(20 * Ms);
        Settle();
    }

    /// <summary>Until all shards are reported.</summary>
    public void Run(ShardAssignment[] shards, CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ShardAssignment>();
        Assert.All(shards, shard => Assert.True(channel.Writer.TryWrite(shard)));
        channel.Writer.Complete();
        new RawLane(Book, Sender, Receiver, Drops, Pacer, Clock, (_, rate) => SlowedTo.Add(rate)).Run(channel.Reader, cancellationToken);
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
        Drops.Dispose();
    }
}
