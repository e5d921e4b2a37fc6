using System.Threading.Channels;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines.Raw.Native;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// One thread with sockets of its own, sending and receiving in turn. It decides about a ping only after it has read everything that came before the ping's
/// timeout and knows that nothing was dropped meanwhile: however long it stands still, no loss comes of it.
/// </summary>
internal sealed class RawLane(
    PingBook book, LaneSender sender, LaneReceiver receiver, DropWatch drops, Pacer pacer, ILaneClock clock, Action<long, int> slowed)
{
    // Reading the host's counters costs some 50 us.
    private const long CheckEveryNs = 10_000_000;

    // Short pauses would be nothing but wake-ups; within this one the rate brings enough pings for a batch.
    private const long ShortestPauseNs = 250_000;

    private const long LongestPauseNs = 5_000_000;

    private long _checkedNs;

    /// <summary>Ends when no shard will come any more and all are reported, or with the token: within the longest pause.</summary>
    public void Run(ChannelReader<ShardAssignment> shards, CancellationToken cancellationToken)
    {
        PunctualThread.Become();
        while (!cancellationToken.IsCancellationRequested && !(book.IsIdle && shards.Completion.IsCompleted))
        {
            var sent = Turn(shards, cancellationToken);
            if (sent == 0)
            {
                Pause();
            }
        }

        book.TellProgress();
    }

    private int Turn(ChannelReader<ShardAssignment> shards, CancellationToken cancellationToken)
    {
        while (!book.HasUnopened && shards.TryRead(out var assignment))
        {
            receiver.MakeRoomFor(assignment.Probe.Size);
            book.Add(assignment, clock.NowNs);
        }

        var sent = sender.Send(cancellationToken);
        receiver.Drain();
        var now = clock.NowNs;
        if (now - _checkedNs >= CheckEveryNs)
        {
            _checkedNs = now;
            Check(now);
        }

        return sent;
    }

    // In this order: what was read before a time without drops until after it is all there was.
    private void Check(long nowNs)
    {
        var settled = receiver.SettledNs;
        if (drops.CountNew() is > 0 and var dropped)
        {
            book.Obscure();
            if (pacer.Slow(nowNs) is { } rate)
            {
                slowed(dropped, rate);
            }
        }

        book.Expire(settled, nowNs);
        book.TellProgress();
    }

    private void Pause()
    {
        var now = clock.NowNs;
        var wanted = book.HasUnopened ? now : book.NextDueNs;
        var next = wanted == long.MaxValue ? now + LongestPauseNs : Math.Max(wanted, pacer.NextAtNs);
        clock.Sleep(Math.Clamp(next - now, ShortestPauseNs, LongestPauseNs));
    }
}
