using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>The budget of the hot path: nothing is allocated per ping.</summary>
public sealed class LaneAllocationTests
{
    private const long Ms = LaneUnderTest.Ms;

    private const int Targets = 10_000, Pings = 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ping_allocates_nothing_from_its_sending_to_its_end(bool isRaw)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = new LaneUnderTest(mode, remembersPings: false);
        var shard = ShardOfBothFamilies();
        lane.IPv4.Answers = lane.IPv6.Answers = target => target.Value % 10 != 0;
        lane.IPv4.RttNs = lane.IPv6.RttNs = 5 * Ms;
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            Decide(lane, shard);
            lane.Finish(100 * Ms);
            lane.Finish(100 * Ms);
        }

        var (answered, lost) = (lane.Book.Counters.Answered, lane.Book.Counters.Lost);
        var allocated = Decide(lane, shard);

        Assert.Equal(90_000, lane.Book.Counters.Answered - answered);
        Assert.Equal(10_000, lane.Book.Counters.Lost - lost);
        Assert.Equal(2, lane.Sink.Results.Count);
        Assert.Equal(0, allocated);
    }

    private static ShardAssignment ShardOfBothFamilies()
    {
        var probe = new Probe
        {
            Count = Pings,
            Period = TimeSpan.FromMilliseconds(30),
            Timeout = TimeSpan.FromMilliseconds(20),
        };
        var ipv6 = TargetAddress.Parse("fd00::").Value;
        return Shards.Of([.. Shards.LoopbackAddresses(Targets / 2), .. Enumerable.Range(0, Targets / 2).Select(i => new TargetAddress(ipv6 + (uint)i))], probe);
    }

    /// <summary>Pings until all is decided; it is not reported yet.</summary>
    /// <returns>Bytes that this took.</returns>
    private static long Decide(LaneUnderTest lane, ShardAssignment shard)
    {
        lane.Add(shard);
        var counters = lane.Book.Counters;
        var end = counters.Answered + counters.Lost + Targets * Pings;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turns = 0; counters.Answered + counters.Lost < end && turns < 100_000; turns++)
        {
            lane.Sender.Send(CancellationToken.None);
            lane.Receiver.Drain();
            lane.Book.Expire(lane.Receiver.SettledNs, lane.Clock.NowNs);
            lane.Book.TellProgress();
            lane.Clock.Advance(100_000);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
