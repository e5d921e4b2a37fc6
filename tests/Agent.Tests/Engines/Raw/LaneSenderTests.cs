using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class LaneSenderTests
{
    private const long Ms = LaneUnderTest.Ms;

    private const int HostUnreachable = 113;

    private static readonly Probe Once = new() { Count = 1, Timeout = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public void Pings_that_the_kernel_takes_piece_by_piece_leave_once_each_and_in_order()
    {
        using var lane = LaneWith(20);
        Outcomes(lane.IPv4, 3, 1, 7);

        Assert.Equal(20, lane.Send());

        Assert.Equal(Enumerable.Range(0, 20).Select(ping => (long)ping), lane.IPv4.Pings!);
        // 3, 1, 7, 8 and 1.
        Assert.Equal(5, lane.IPv4.SendCalls);
        AssertAllAnswered(lane, 20);
    }

    [Fact]
    public void Full_send_buffer_is_waited_for()
    {
        using var lane = LaneWith(5);
        Outcomes(lane.IPv4, 2, -Constants.EAGAIN, -Constants.EAGAIN);

        lane.Send();

        Assert.Equal([0, 1, 2, 3, 4], lane.IPv4.Pings!);
        Assert.Equal((2, 0), (lane.IPv4.Waits, lane.Clock.Sleeps));
        Assert.False(lane.IsSlowed);
        AssertAllAnswered(lane, 5);
    }

    [Fact]
    public void Answers_are_read_while_the_send_buffer_is_full()
    {
        using var lane = LaneWith(5);
        Outcomes(lane.IPv4, 2, -Constants.EAGAIN, -Constants.EAGAIN, -Constants.EAGAIN);

        lane.Send();

        Assert.Equal(2, lane.Book.Counters.Answered);
    }

    [Theory]
    [InlineData(Constants.ENOBUFS)]
    [InlineData(Constants.ENOMEM)]
    public void Full_device_queue_slows_the_rate_and_loses_nothing(int errno)
    {
        using var lane = LaneWith(5);
        Outcomes(lane.IPv4, 2, -errno);

        lane.Send();

        Assert.Equal([0, 1, 2, 3, 4], lane.IPv4.Pings!);
        Assert.Equal((0, 1), (lane.IPv4.Waits, lane.Clock.Sleeps));
        Assert.True(lane.IsSlowed);
        AssertAllAnswered(lane, 5);
    }

    [Fact]
    public void Interrupted_send_is_repeated_at_once()
    {
        using var lane = LaneWith(5);
        Outcomes(lane.IPv4, -Constants.EINTR, 1, -Constants.EINTR);

        lane.Send();

        Assert.Equal(FakeLaneClock.StartNs, lane.Clock.NowNs);
        AssertAllAnswered(lane, 5);
    }

    [Theory]
    [InlineData(Constants.EPERM)]
    [InlineData(Constants.EACCES)]
    [InlineData(Constants.ENETUNREACH)]
    [InlineData(Constants.ENETDOWN)]
    public void Refused_ping_is_not_counted_as_sent_and_the_others_leave(int errno)
    {
        using var lane = LaneWith(5);
        Outcomes(lane.IPv4, 2, -errno);

        lane.Send();
        lane.Finish(600 * Ms);

        Assert.Equal([0, 1, 3, 4], lane.IPv4.Pings!);
        var refused = Array.IndexOf<ushort>(lane.Result.Sent, 0);
        Assert.Equal(4, lane.Result.Received.Sum(received => received));
        Assert.Equal([new TargetReason(refused, ReasonKind.SendError, errno)], lane.Result.Reasons);
    }

    [Fact]
    public void Network_that_is_down_for_every_ping_ends_with_a_reason_for_each()
    {
        using var lane = LaneWith(32);
        lane.IPv4.LastOutcome = -Constants.ENETDOWN;

        lane.Send();
        lane.Finish(600 * Ms);

        Assert.Equal(32, lane.Result.Reasons.Count(reason => reason is { Kind: ReasonKind.SendError, Detail: Constants.ENETDOWN }));
        Assert.All(lane.Result.Sent, sent => Assert.Equal(0, sent));
    }

    [Fact]
    public void Errno_of_an_earlier_ping_does_not_stop_one_on_a_datagram_socket()
    {
        using var lane = LaneWith(5, SocketMode.Datagram);
        Outcomes(lane.IPv4, -HostUnreachable, 2, -HostUnreachable, -HostUnreachable);

        lane.Send();

        Assert.Equal([0, 1, 2, 3, 4], lane.IPv4.Pings!);
        AssertAllAnswered(lane, 5);
    }

    [Fact]
    public void Errno_that_stays_is_the_pings_own_on_a_datagram_socket()
    {
        using var lane = LaneWith(2, SocketMode.Datagram);
        Outcomes(lane.IPv4, -Constants.EPERM, -Constants.EPERM, -Constants.EPERM);

        lane.Send();
        lane.Finish(600 * Ms);

        Assert.Equal([1], lane.IPv4.Pings!);
        Assert.Equal(Constants.EPERM, Assert.Single(lane.Result.Reasons).Detail);
    }

    [Theory]
    [InlineData(Constants.EAGAIN)]
    [InlineData(Constants.ENOBUFS)]
    public void Socket_that_stays_full_is_given_up_after_a_second(int errno)
    {
        using var lane = LaneWith(1);
        lane.IPv4.LastOutcome = -errno;

        lane.Send();

        Assert.InRange(lane.Clock.NowNs - FakeLaneClock.StartNs, 1000 * Ms, 1010 * Ms);
        lane.Finish(600 * Ms);
        Assert.Equal([new TargetReason(0, ReasonKind.SendError, errno)], lane.Result.Reasons);
    }

    [Fact]
    public void Ping_sent_while_this_host_stood_still_is_sent_again()
    {
        using var lane = LaneWith(3);
        lane.IPv4.WhileSending = () => lane.Clock.Advance(300 * Ms);
        lane.Send();
        lane.IPv4.WhileSending = null;
        lane.Clock.Advance(Ms);
        lane.Settle();

        Assert.Equal(0, lane.Book.Counters.Answered);
        Assert.Equal(3, lane.Send());

        lane.Finish(600 * Ms);
        Assert.Equal([1000, 1000, 1000], lane.Result.RttsUs);
        Assert.Equal(3, lane.Result.LocalDrops);
    }

    [Fact]
    public void Interruption_of_one_call_leaves_the_pings_of_the_others_certain()
    {
        using var lane = LaneWith(32);
        var calls = 0;
        lane.IPv4.WhileSending = () => lane.Clock.Advance(++calls == 2 ? 3 * Ms : 0);

        lane.Send();
        lane.IPv4.WhileSending = null;
        lane.Clock.Advance(Ms);
        lane.Settle();

        Assert.Equal(24, lane.Book.Counters.Answered);
        Assert.Equal(8, lane.Send());
    }

    [Fact]
    public void Time_of_a_send_is_shared_out_among_its_pings()
    {
        using var lane = LaneWith(4);
        lane.IPv4.RttNs = 10 * Ms;
        lane.IPv4.WhileSending = () => lane.Clock.Advance(400_000);

        lane.Send();
        lane.Finish(600 * Ms);

        Assert.Equal([10_100u, 10_200u, 10_300u, 10_400u], lane.Result.RttsUs.Order());
    }

    [Fact]
    public void Targets_of_both_families_leave_by_their_own_port()
    {
        using var lane = new LaneUnderTest();
        lane.Add(Shards.Of([.. Shards.LoopbackAddresses(3), TargetAddress.Parse("fd00::1"), TargetAddress.Parse("fd00::2")], Once));

        lane.Send();

        Assert.Equal((3, 2), (lane.IPv4.Pings!.Count, lane.IPv6.Pings!.Count));
        AssertAllAnswered(lane, 5);
    }

    [Fact]
    public void Target_of_a_family_that_this_host_has_not_is_unmeasured()
    {
        using var lane = new LaneUnderTest(hasIPv6: false);
        lane.Add(Shards.Of([TargetAddress.Parse("fd00::1"), .. Shards.LoopbackAddresses(1)], Once with { Count = 2 }));

        lane.Send();
        lane.Clock.Advance(500 * Ms);
        lane.Send();
        lane.Finish(600 * Ms);

        Assert.Equal<ushort>([0, 2], lane.Result.Sent);
        Assert.Equal<ushort>([0, 2], lane.Result.Received);
        Assert.Equal([new TargetReason(0, ReasonKind.SendError, Constants.EAFNOSUPPORT)], lane.Result.Reasons);
    }

    [Fact]
    public void Cancellation_ends_a_send_that_cannot_go_on()
    {
        using var lane = LaneWith(5);
        using var stop = new CancellationTokenSource();
        Outcomes(lane.IPv4, 2);
        lane.IPv4.LastOutcome = -Constants.EAGAIN;
        lane.IPv4.WhileWaiting = stop.Cancel;

        lane.Sender.Send(stop.Token);

        Assert.Equal([0, 1], lane.IPv4.Pings!);
        Assert.Equal((1, 0), (lane.IPv4.Waits, lane.Book.Counters.SendErrors));
    }

    [Fact]
    public void Pings_are_no_more_than_the_pacer_permits_and_what_is_left_is_given_back()
    {
        using var lane = new LaneUnderTest(rate: 10_000);
        lane.Add(Shards.Of(Shards.LoopbackAddresses(5), Once));
        Assert.Equal(5, lane.Send());
        lane.Add(Shards.Of(Shards.LoopbackAddresses(50), Once, 2));

        // A millisecond's worth at 10,000/s in all.
        Assert.InRange(lane.Send(), 4, 6);
        Assert.Equal(0, lane.Send());
    }

    private static LaneUnderTest LaneWith(int targets, SocketMode mode = SocketMode.Raw)
    {
        var lane = new LaneUnderTest(mode);
        lane.Add(Shards.Of(Shards.LoopbackAddresses(targets), Once));
        return lane;
    }

    private static void Outcomes(FakePingPort port, params int[] outcomes) => Array.ForEach(outcomes, port.Outcomes.Enqueue);

    private static void AssertAllAnswered(LaneUnderTest lane, int targets)
    {
        lane.Finish(600 * Ms);
        Assert.Equal(Enumerable.Repeat(1000u, targets), lane.Result.RttsUs);
        Assert.Equal(targets, lane.Result.Received.Sum(received => received));
        Assert.Empty(lane.Result.Reasons);
    }
}
