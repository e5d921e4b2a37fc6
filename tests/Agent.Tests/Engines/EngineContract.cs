using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>What every engine owes its users, on a network where every ping is answered. An engine's own tests derive from this.</summary>
public abstract class EngineContract
{
    private const int Unlimited = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static readonly Probe Quick = new() { Count = 3, Period = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromMilliseconds(500) };

    internal abstract IProbeEngine Create(RateLimit limit);

    /// <summary>Addresses that answer this engine.</summary>
    internal virtual TargetAddress[] Targets(int count) => Shards.LoopbackAddresses(count);

    /// <summary>An IPv6 address that answers this engine.</summary>
    internal virtual TargetAddress IPv6Target => TargetAddress.Parse("::1");

    [Fact]
    public async Task Engine_with_an_ended_source_ends()
    {
        var sink = await RunAsync([]);

        Assert.Empty(sink.CompletedShards);
        Assert.Empty(sink.FailedShards);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(5, 300)]
    [InlineData(12, 40)]
    public async Task Shard_of_answering_targets_is_reported_with_every_ping(int count, int targets)
    {
        var shard = Shards.Of(Targets(targets), Quick with { Count = count });

        var result = Assert.Single((await RunAsync([shard])).CompletedShards).Value;

        AssertAllAnswered(shard, result);
    }

    [Fact]
    public async Task Shard_without_targets_is_reported_empty()
    {
        var shard = Shards.Of([], Quick);

        var result = Assert.Single((await RunAsync([shard])).CompletedShards).Value;

        Assert.Equal(0, result.TargetCount);
    }

    [Fact]
    public async Task Many_shards_are_each_reported_once()
    {
        var all = Targets(4_000);
        var shards = all.Chunk(50).Select((targets, i) => Shards.Of(targets, Quick, i + 1)).ToArray();

        var sink = await RunAsync(shards);

        Assert.Equal(shards.Length, sink.CompletedShards.Count);
        Assert.All(sink.CompletedShards, completed => AssertAllAnswered(completed.Key, completed.Value));
    }

    [Fact]
    public async Task Shards_with_different_probes_are_each_probed_by_their_own()
    {
        var shards = new[] { 1, 4, 2, 11 }.Select((count, i) => Shards.Of(Targets(20), Quick with { Count = count }, i + 1)).ToArray();

        var sink = await RunAsync(shards);

        Assert.Equal(shards.Length, sink.CompletedShards.Count);
        Assert.All(sink.CompletedShards, completed => AssertAllAnswered(completed.Key, completed.Value));
    }

    [Fact]
    public async Task Same_target_in_two_shards_is_reported_in_both()
    {
        ShardAssignment[] shards = [Shards.Of(Targets(3), Quick, 1), Shards.Of(Targets(2), Quick, 2)];

        var sink = await RunAsync(shards);

        Assert.All(shards, shard => AssertAllAnswered(shard, sink.CompletedShards[shard]));
    }

    [Fact]
    public async Task Shard_of_both_families_is_reported_in_its_own_order()
    {
        var targets = Targets(2);
        var shard = Shards.Of([targets[0], IPv6Target, targets[1]], Quick);

        var result = Assert.Single((await RunAsync([shard])).CompletedShards).Value;

        AssertAllAnswered(shard, result);
    }

    [Fact]
    public async Task Progress_adds_up_to_the_results()
    {
        var sink = await RunAsync([Shards.Of(Targets(100), Quick), Shards.Of(Targets(30), Quick with { Count = 1 }, 2)]);

        Assert.Equal(sink.CompletedShards.Values.Sum(result => result.Sent.Sum(sent => sent)), sink.Sent);
        Assert.Equal(sink.CompletedShards.Values.Sum(result => result.Received.Sum(received => received)), sink.Received);
    }

    [Fact]
    public async Task Pings_of_a_target_are_a_period_apart()
    {
        var probe = Quick with { Count = 4, Period = TimeSpan.FromMilliseconds(150) };
        var started = TimeProvider.System.GetTimestamp();

        await RunAsync([Shards.Of(Targets(5), probe)]);

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= 3 * probe.Period * 0.99, $"{TimeProvider.System.GetElapsedTime(started)}");
    }

    [Fact]
    public async Task Rate_limit_holds_across_shards()
    {
        var shards = Targets(600).Chunk(100).Select((targets, i) => Shards.Of(targets, Quick with { Count = 2 }, i + 1));
        var started = TimeProvider.System.GetTimestamp();

        await RunAsync(shards, pingsPerSecond: 1_000);

        var shortest = TimeSpan.FromSeconds(0.9 * 1_200 / 1_000);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= shortest, $"{TimeProvider.System.GetElapsedTime(started)}");
    }

    [Fact]
    public async Task Cancellation_ends_the_run_and_reports_nothing_of_the_shards_in_hand()
    {
        var slow = Quick with { Count = 100, Period = TimeSpan.FromSeconds(1) };
        var source = new ListShardSource([Shards.Of(Targets(50), slow)], staysOpen: true);
        var sink = new CollectingSink();
        using var stop = new CancellationTokenSource();
        var run = Create(new RateLimit(Unlimited)).RunAsync(source, sink, stop.Token);
        await source.Drained.WaitAsync(Patience);

        var cancelled = TimeProvider.System.GetTimestamp();
        await stop.CancelAsync();
        await run.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var elapsed = TimeProvider.System.GetElapsedTime(cancelled);

        Assert.False(run.IsFaulted, run.Exception?.ToString());
        Assert.True(elapsed < TimeSpan.FromSeconds(1), $"{elapsed}");
        Assert.Empty(sink.CompletedShards);
        Assert.Empty(sink.FailedShards);
    }

    internal async Task<CollectingSink> RunAsync(IEnumerable<ShardAssignment> shards, int pingsPerSecond = 10_000)
    {
        var sink = new CollectingSink();
        await Create(new RateLimit(pingsPerSecond)).RunAsync(new ListShardSource(shards), sink, CancellationToken.None).WaitAsync(Patience);
        Assert.Empty(sink.FailedShards);
        return sink;
    }

    internal static void AssertAllAnswered(ShardAssignment shard, ShardResult result)
    {
        Assert.Null(result.FindDefect(shard.Targets.Length, shard.Probe.Count));
        Assert.All(result.Sent, sent => Assert.Equal(shard.Probe.Count, sent));
        Assert.All(result.Received, received => Assert.Equal(shard.Probe.Count, received));
        Assert.All(result.RttsUs, rttUs => Assert.InRange(rttUs, 1u, (uint)shard.Probe.Timeout.TotalMicroseconds));
    }
}
