using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class RawLaneTests
{
    private const long Ms = LaneUnderTest.Ms, Tick = 1000;

    private static readonly Probe Thrice = new() { Count = 3, Period = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shards_of_both_families_are_all_reported(bool isRaw)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = new LaneUnderTest(mode, tickNs: Tick);
        var shards = Shards.Many(9, 70, Thrice);
        shards[4] = shards[4] with { Targets = [.. Enumerable.Range(1, 70).Select(i => TargetAddress.Parse($"fd00::{i}"))] };
        shards[7] = shards[7] with { Targets = [] };

        lane.Run(shards);

        foreach (var shard in shards)
        {
            var result = lane.ResultOf(shard);
            Assert.Null(result.FindDefect(shard.Targets.Length, 3));
            Assert.All(result.Received, received => Assert.Equal(3, received));
            Assert.All(result.RttsUs, rtt => Assert.InRange(rtt, 900u, 1100u));
            Assert.Equal(0, result.LocalDrops);
        }

        Assert.Equal((8 * 210, 8 * 210), (lane.Sink.Sent, lane.Sink.Received));
    }

    [Fact]
    public void Lane_without_shards_ends_at_once()
    {
        using var lane = new LaneUnderTest(tickNs: Tick);

        lane.Run([]);

        Assert.Equal((0, 0), (lane.IPv4.SendCalls, lane.Clock.Sleeps));
    }

    [Fact]
    public void Lane_that_stands_still_for_seconds_loses_nothing()
    {
        using var lane = new LaneUnderTest(tickNs: Tick);
        var pauses = 0;
        lane.Clock.WhileAsleep = () => lane.Clock.Advance(pauses++ % 10 == 3 ? 5000 * Ms : 0);
        var shard = Shards.Of(Shards.LoopbackAddresses(200), Thrice);

        lane.Run([shard]);

        Assert.All(lane.Result.Received, received => Assert.Equal(3, received));
        Assert.All(lane.Result.RttsUs, rtt => Assert.InRange(rtt, 900u, 1100u));
        Assert.True(pauses > 10);
    }

    [Fact]
    public void Drops_at_the_socket_make_unanswered_pings_leave_again_and_slow_the_rate()
    {
        using var lane = new LaneUnderTest(tickNs: Tick);
        var isDropping = true;
        lane.IPv4.Answers = _ => !isDropping;
        lane.Clock.WhileAsleep = () =>
        {
            if (isDropping && lane.Book.Counters.Sent == 20)
            {
                lane.IPv4.Drops += 20;
                isDropping = false;
            }
        };

        lane.Run([Shards.Of(Shards.LoopbackAddresses(20), Thrice with { Count = 1 })]);

        Assert.Equal((40, 20, 20), (lane.Book.Counters.Sent, lane.Book.Counters.Answered, lane.Book.Counters.Obscured));
        Assert.All(lane.Result.Received, received => Assert.Equal(1, received));
        Assert.Equal(20, lane.Result.LocalDrops);
        Assert.Equal((20, 20), (lane.Sink.Sent, lane.Sink.Received));
        Assert.InRange(Assert.Single(lane.SlowedTo), 1, 999_999);
    }

    [Fact]
    public void Unanswered_pings_without_drops_are_lost_and_leave_once()
    {
        using var lane = new LaneUnderTest(tickNs: Tick);
        lane.IPv4.Answers = target => target.IPv4 % 2 == 0;
        var shard = Shards.Of(Shards.LoopbackAddresses(100), Thrice);

        lane.Run([shard]);

        Assert.Equal(300, lane.Book.Counters.Sent);
        Assert.Equal(shard.Targets.Select(target => target.IPv4 % 2 == 0 ? TargetState.Up : TargetState.Down), Enumerable.Range(0, 100).Select(lane.Result.StateOf));
        Assert.Equal((300, 150), (lane.Sink.Sent, lane.Sink.Received));
    }

    [Fact]
    public void Cancellation_ends_the_lane_and_what_was_decided_is_told()
    {
        using var lane = new LaneUnderTest(tickNs: Tick);
        using var stop = new CancellationTokenSource();
        lane.Clock.WhileAsleep = () =>
        {
            if (lane.Book.Counters.Answered == 20)
            {
                stop.Cancel();
            }
        };

        lane.Run([Shards.Of(Shards.LoopbackAddresses(10), Thrice with { Count = 1000 })], stop.Token);

        Assert.Empty(lane.Sink.Results);
        Assert.Equal((20, 20), (lane.Sink.Sent, lane.Sink.Received));
    }

    [Fact]
    public void Rate_is_kept()
    {
        using var lane = new LaneUnderTest(tickNs: 100, rate: 5000);

        lane.Run([Shards.Of(Shards.LoopbackAddresses(10_000), Thrice with { Count = 1 })]);

        // Two seconds' worth, then the last timeout and the wait for duplicates.
        Assert.InRange(lane.Clock.NowNs - FakeLaneClock.StartNs, 1980 * Ms, 2200 * Ms);
        Assert.Equal(10_000, lane.Book.Counters.Answered);
    }
}
