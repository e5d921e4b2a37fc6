using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Agent.Tests.Session;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>What a coordinator, be it mistaken or stolen, can make an agent ping.</summary>
public sealed class ExcludingEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Probe OnePing = new() { Count = 1 };
    private static readonly SimulationSettings AllUp = new() { TakesTime = false, Dead = 0, Unreachable = 0, Flapping = 0, Lossy = 0 };
    private static readonly EngineSetup Setup = new(AllUp, Exclude: new AddressSet([Range("10.9.0.0/16"), Range("2001:db8::7")]));

    [Fact]
    public async Task What_the_agent_excludes_is_unknown_with_its_reason_and_the_rest_is_probed()
    {
        var (sent, result) = await ProbeAsync("10.8.255.255", "10.9.0.0", "10.9.255.255", "10.10.0.0", "2001:db8::6", "2001:db8::7");

        Assert.Equal(3, sent);
        Assert.Equal([1, 0, 0, 1, 1, 0], result.Sent);
        Assert.Equal([1, 0, 0, 1, 1, 0], result.Received);
        Assert.Equal([1, 2, 5], result.Reasons.Select(reason => reason.Target));
        Assert.All(result.Reasons, reason => Assert.Equal(ReasonKind.ExcludedByAgent, reason.Kind));
        Assert.Null(result.FindDefect(targets: 6, count: 1));
    }

    [Theory]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("255.255.255.255")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("240.0.0.1")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public async Task What_nobody_pings_is_not_pinged_though_a_coordinator_asks_for_it(string address)
    {
        var (sent, result) = await ProbeAsync(address);

        Assert.Equal(0, sent);
        Assert.Equal((0, new TargetReason(0, ReasonKind.ExcludedByAgent)), (result.Sent[0], Assert.Single(result.Reasons)));
    }

    [Fact]
    public async Task Reasons_of_the_engine_stay_with_their_targets()
    {
        var unreachable = Setup with { Simulation = AllUp with { Unreachable = 100 } };

        var (_, result) = await ProbeAsync(unreachable, "10.9.0.1", "10.8.0.1", "10.9.0.2", "10.8.0.2");

        Assert.Equal([(0, ReasonKind.ExcludedByAgent), (1, ReasonKind.Icmp), (2, ReasonKind.ExcludedByAgent), (3, ReasonKind.Icmp)], result.Reasons.Select(reason => (reason.Target, reason.Kind)));
    }

    [Fact]
    public async Task Engine_that_fails_gives_back_the_whole_shard()
    {
        var shard = Shards.Of([TargetAddress.Parse("10.9.0.1"), TargetAddress.Parse("10.8.0.1")], OnePing);
        var sink = new CollectingSink();

        await new ExcludingEngine(new FailingEngine(), Setup.Exclude!, _ => { }).RunAsync(new ListShardSource([shard]), sink, CancellationToken.None).WaitAsync(Patience);

        Assert.Same(shard, Assert.Single(sink.FailedShards).Key);
    }

    [Fact]
    public void It_is_told_at_once_and_then_once_a_minute()
    {
        var (time, lines) = (new FakeTimeProvider(), new LogLines());
        var log = new ExclusionLog(time, lines);

        log.Add(3);
        log.Add(4);
        time.Advance(TimeSpan.FromMinutes(1));
        log.Add(5);

        Assert.Collection(
            lines.TakeAll(),
            line => Assert.Contains(": 3 targets; reported unknown", line, StringComparison.Ordinal),
            line => Assert.Contains(": 9 targets; reported unknown", line, StringComparison.Ordinal));
    }

    private static Task<(long Sent, ShardResult Result)> ProbeAsync(params string[] targets) => ProbeAsync(Setup, targets);

    private static async Task<(long Sent, ShardResult Result)> ProbeAsync(EngineSetup setup, params string[] targets)
    {
        var simulated = EngineCatalog.Offers(new RateLimit(1_000), setup, new FakeTimeProvider()).Single(offer => offer.Kind == EngineKind.Simulated);
        var (shard, sink) = (Shards.Of([.. targets.Select(TargetAddress.Parse)], OnePing), new RecordingSink());
        await simulated.Create().RunAsync(new ListShardSource([shard]), sink, CancellationToken.None).WaitAsync(Patience);
        var (reported, result) = Assert.Single(sink.Results);
        Assert.Same(shard, reported);
        return (sink.Sent, result);
    }

    private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private sealed class FailingEngine : IProbeEngine
    {
        public EngineKind Kind => EngineKind.Simulated;

        public async Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
        {
            foreach (var shard in await source.TakeAsync(1, cancellationToken))
            {
                Assert.Single(shard.Targets);
                sink.Failed(shard, "no socket");
            }
        }
    }
}
