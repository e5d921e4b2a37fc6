using System.Buffers.Binary;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class LaneReceiverTests
{
    private const long Ms = LaneUnderTest.Ms, Hour = 3_600_000 * Ms;

    private static readonly Probe Once = new() { Count = 1, Timeout = TimeSpan.FromMilliseconds(500) };

    private static readonly TargetAddress Router = TargetAddress.Parse("127.200.0.1"), RouterV6 = TargetAddress.Parse("fd00::ffff");

    private static readonly TargetAddress Target = Shards.LoopbackAddresses(1)[0], TargetV6 = TargetAddress.Parse("fd00::1");

    [Fact]
    public void Rtt_is_that_of_the_stamp_however_late_it_is_read()
    {
        using var lane = SentLane();
        lane.IPv4.RttNs = 3 * Ms;
        lane.Send();

        lane.Finish(400 * Ms);

        Assert.Equal([3000], lane.Result.RttsUs);
        Assert.Equal(0, lane.Book.Counters.UselessStamps);
    }

    [Theory]
    [InlineData(Hour)]
    [InlineData(-Hour)]
    [InlineData(450 * Ms)]
    [InlineData(-450 * Ms)]
    public void Clock_set_between_stamp_and_reading_makes_the_time_of_reading_count(long setNs)
    {
        using var lane = SentLane();
        lane.IPv4.RttNs = 2 * Ms;
        lane.Send();
        lane.Clock.Advance(2 * Ms);
        lane.Clock.RealtimeSetNs = setNs;

        lane.Finish(Ms);

        Assert.Equal([3000], lane.Result.RttsUs);
        Assert.Equal(1, lane.Book.Counters.UselessStamps);
    }

    [Fact]
    public void Clock_set_before_the_stamp_changes_nothing()
    {
        using var lane = SentLane();
        lane.Clock.RealtimeSetNs = Hour;
        lane.IPv4.RttNs = 2 * Ms;
        lane.Send();

        lane.Finish(10 * Ms);

        Assert.Equal([2000], lane.Result.RttsUs);
        Assert.Equal(0, lane.Book.Counters.UselessStamps);
    }

    [Fact]
    public void Answer_without_a_stamp_counts_with_the_time_of_reading()
    {
        using var lane = SentLane();
        lane.IPv4.Answers = _ => false;
        lane.Send();
        lane.Clock.Advance(5 * Ms);
        lane.IPv4.Deliver(Answer(lane), Target, isStamped: false);

        lane.Finish(2 * Ms);

        Assert.Equal([7000], lane.Result.RttsUs);
        Assert.Equal(1, lane.Book.Counters.UselessStamps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_of_both_families_are_read_from_sockets_of_either_mode(bool isRaw)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = new LaneUnderTest(mode);
        lane.Add(Shards.Of([Target, TargetV6], Once));
        lane.Send();

        lane.Finish(10 * Ms);

        Assert.Equal([1000, 1000], lane.Result.RttsUs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answer_with_the_id_of_another_program_is_foreign(bool isRaw)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = SentLane(mode);
        lane.IPv4.Answers = _ => false;
        lane.Send();
        var icmp = PacketBytes.Icmp(0, 0, (ushort)(lane.IPv4.Id ^ 1), 0, Payload(lane, 0));

        lane.IPv4.Deliver(mode == SocketMode.Raw ? PacketBytes.IPv4(icmp, Target, default) : icmp, Target);
        lane.Finish(600 * Ms);

        Assert.Equal([0], lane.Result.RttsUs);
        Assert.Equal(1, lane.Book.Counters.Foreign);
    }

    [Fact]
    public void Error_about_a_ping_of_another_program_is_foreign()
    {
        using var lane = SentLane();
        lane.IPv4.Answers = _ => false;
        lane.Send();
        var request = PacketBytes.Icmp(8, 0, (ushort)(lane.IPv4.Id ^ 1), 0, Payload(lane, 0));

        lane.IPv4.Deliver(PacketBytes.IPv4(PacketBytes.Icmp(3, 1, 0, 0, PacketBytes.IPv4(request, default, Target)), Router, default), Router);
        lane.Finish(600 * Ms);

        Assert.Empty(lane.Result.Reasons);
        Assert.Equal(1, lane.Book.Counters.Foreign);
    }

    [Fact]
    public void Packets_of_no_use_are_counted_by_what_is_wrong_with_them()
    {
        using var lane = SentLane();
        lane.IPv4.Answers = _ => false;
        lane.Send();
        var genuine = Answer(lane);
        var corrupted = (byte[])genuine.Clone();
        corrupted[^1] ^= 1;

        lane.IPv4.Deliver(corrupted, Target);
        lane.IPv4.Deliver(genuine.AsSpan(0, 27), Target);
        lane.IPv4.Deliver(PacketBytes.IPv4(PacketBytes.Icmp(8, 0, 1, 1, [1, 2, 3, 4]), Target, Target), Target);
        lane.Settle();

        var counters = lane.Book.Counters;
        Assert.Equal((1, 1, 1, 0), (counters.Corrupted, counters.Truncated, counters.Foreign, counters.Answered));
    }

    [Fact]
    public void Error_of_a_router_is_a_reason_with_its_address()
    {
        using var lane = new LaneUnderTest();
        lane.Add(Shards.Of([Target, TargetV6], Once));
        lane.IPv4.Answers = lane.IPv6.Answers = _ => false;
        lane.Send();
        var request = PacketBytes.Icmp(8, 0, lane.IPv4.Id, 0, []);
        var requestV6 = PacketBytes.Icmp(128, 0, lane.IPv6.Id, 1, []);

        lane.IPv4.Deliver(PacketBytes.IPv4(PacketBytes.Icmp(11, 0, 0, 0, PacketBytes.IPv4(request, default, Target)), Router, default), Router);
        lane.IPv6.Deliver(PacketBytes.Icmp(1, 3, 0, 0, PacketBytes.IPv6(requestV6, default, TargetV6)), RouterV6);
        lane.Finish(600 * Ms);

        Assert.Equal([TargetReason.Icmp(0, 11, 0, Router), TargetReason.Icmp(1, 1, 3, RouterV6)], lane.Result.Reasons);
    }

    [Fact]
    public void Error_queue_of_a_datagram_socket_gives_reasons()
    {
        using var lane = new LaneUnderTest(SocketMode.Datagram);
        lane.Add(Shards.Of([Target, TargetV6], Once));
        lane.IPv4.Answers = lane.IPv6.Answers = _ => false;
        lane.Send();

        lane.IPv4.DeliverError(PacketBytes.Icmp(8, 0, lane.IPv4.Id, 0, []), Target, ControlBytes.Error(ipv4: true, 2, 3, 1, Router));
        lane.IPv6.DeliverError(PacketBytes.Icmp(128, 0, lane.IPv6.Id, 1, []), TargetV6, ControlBytes.Error(ipv4: false, 3, 1, 3, RouterV6));
        lane.IPv4.DeliverError(PacketBytes.Icmp(8, 0, lane.IPv4.Id, 0, []), Target, ControlBytes.Error(ipv4: true, origin: 1, 3, 1, Router));
        lane.Finish(600 * Ms);

        Assert.Equal([TargetReason.Icmp(0, 3, 1, Router), TargetReason.Icmp(1, 1, 3, RouterV6)], lane.Result.Reasons);
        Assert.Equal(2, lane.Book.Counters.Errors);
    }

    [Fact]
    public void Receive_that_fails_with_the_errno_of_an_icmp_error_is_repeated()
    {
        using var lane = SentLane(SocketMode.Datagram);
        lane.Send();
        lane.Clock.Advance(10 * Ms);
        lane.IPv4.FailReceive(Constants.ENETUNREACH);
        lane.IPv4.FailReceive(Constants.ENETUNREACH);

        lane.Receiver.Drain();

        Assert.Equal(1, lane.Book.Counters.Answered);
        Assert.Equal(lane.Clock.NowNs, lane.Receiver.SettledNs);
    }

    [Fact]
    public void More_packets_than_a_turn_reads_are_not_settled_before_the_last_is_read()
    {
        using var lane = new LaneUnderTest();
        var targets = Shards.LoopbackAddresses(64 * 64 + 10);
        lane.Add(Shards.Of(targets, Once));
        for (var sent = 0; sent < targets.Length; lane.Clock.Advance(100_000))
        {
            sent += lane.Send();
        }

        lane.Clock.Advance(10 * Ms);
        var settled = lane.Receiver.SettledNs;
        lane.Receiver.Drain();
        Assert.Equal((64 * 64, settled), (lane.Book.Counters.Answered, lane.Receiver.SettledNs));

        lane.Receiver.Drain();
        Assert.Equal((targets.Length, lane.Clock.NowNs), (lane.Book.Counters.Answered, lane.Receiver.SettledNs));
    }

    [Fact]
    public void Settled_time_lies_before_the_last_look_into_the_queue()
    {
        using var lane = new LaneUnderTest(tickNs: 1000);
        var before = lane.Clock.NowNs;
        lane.Receiver.Drain();

        Assert.InRange(lane.Receiver.SettledNs, before + 1, before + 2000);
    }

    [Theory]
    [InlineData(572)]
    [InlineData(573)]
    [InlineData(1472)]
    public void Answers_to_long_pings_are_read_whole(int size)
    {
        using var lane = new LaneUnderTest();
        lane.Receiver.MakeRoomFor(size);
        lane.Add(Shards.Of([Target, TargetV6], Once with { Size = size }));
        lane.Send();

        lane.Finish(10 * Ms);

        Assert.Equal([1000, 1000], lane.Result.RttsUs);
    }

    private static LaneUnderTest SentLane(SocketMode mode = SocketMode.Raw)
    {
        var lane = new LaneUnderTest(mode);
        lane.Add(Shards.Of([Target], Once));
        return lane;
    }

    private static byte[] Answer(LaneUnderTest lane) =>
        PacketBytes.IPv4(PacketBytes.Icmp(0, 0, lane.IPv4.Id, 0, Payload(lane, 0)), Target, default);

    private static byte[] Payload(LaneUnderTest lane, uint ping)
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(payload, ping);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(4), lane.Book.ProofOf(ping));
        return payload;
    }
}
