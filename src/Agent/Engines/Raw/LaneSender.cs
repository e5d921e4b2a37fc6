using FpingCluster.Agent.Engines.Raw.Native;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's sending half: takes from the book what is due and the pacer permits, and gets it to the kernel.</summary>
internal sealed class LaneSender(PingBook book, PingPorts ports, LaneReceiver receiver, Pacer pacer, ILaneClock clock) : IDisposable
{
    // To the kernel at once. A call costs it as much as a tenth of a ping, and an interrupted call makes all its pings uncertain.
    private const int PingsPerCall = 8;

    // A call that took longer was interrupted: nobody knows before which of its pings.
    private const long StallNs = 500_000, StallPerPingNs = 50_000;

    // A full queue empties within milliseconds; what lasts longer is no burst.
    private const long PauseNs = 1_000_000, PatienceNs = 1_000_000_000;

    // An ICMP error about an earlier ping makes the next send on a datagram socket fail in its stead, once.
    private const int BorrowedErrors = 3;

    private readonly SendBatch _ipv4 = new();
    private readonly SendBatch _ipv6 = new();

    // 0: the last call got something through.
    private long _stuckSinceNs;

    /// <returns>How many pings were begun.</returns>
    public int Send(CancellationToken cancellationToken)
    {
        var now = clock.NowNs;
        var granted = pacer.Take(SendBatch.Capacity, now);
        var picked = 0;
        while (picked < granted && book.TryPick(now, out var due))
        {
            Add(due, now);
            picked++;
        }

        if (picked < granted)
        {
            pacer.GiveBack(granted - picked);
        }

        Flush(ports.IPv4, _ipv4, cancellationToken);
        Flush(ports.IPv6, _ipv6, cancellationToken);
        return picked;
    }

    public void Dispose()
    {
        _ipv4.Dispose();
        _ipv6.Dispose();
    }

    private void Add(Due due, long nowNs)
    {
        var address = book.AddressOf(due);
        var ping = book.Begin(due, nowNs);
        if (ports.Of(address.IsIPv4) is { } port)
        {
            (address.IsIPv4 ? _ipv4 : _ipv6).Add(book.TemplateOf(due, address.IsIPv4), port.Id, ping, book.ProofOf(ping), address);
        }
        else
        {
            book.NotSent(ping, Constants.EAFNOSUPPORT, nowNs);
        }
    }

    private void Flush(IPingPort? port, SendBatch batch, CancellationToken cancellationToken)
    {
        var (first, failures) = (0, 0);
        while (first < batch.Count && !cancellationToken.IsCancellationRequested)
        {
            var before = clock.NowNs;
            var sent = port!.Send(batch, first, Math.Min(batch.Count - first, PingsPerCall));
            var after = clock.NowNs;
            if (sent > 0)
            {
                Record(batch, first, sent, before, after);
                (first, failures, _stuckSinceNs) = (first + sent, 0, 0);
                continue;
            }

            var errno = -sent;
            book.Counters.FailedSends++;
            _stuckSinceNs = _stuckSinceNs == 0 ? before : _stuckSinceNs;
            var passes = errno switch
            {
                Constants.EINTR => true,
                Constants.EAGAIN or Constants.ENOBUFS or Constants.ENOMEM => after - _stuckSinceNs < PatienceNs && MakeRoom(port, errno, after),
                _ => port.Mode == SocketMode.Datagram && ++failures < BorrowedErrors,
            };
            if (!passes)
            {
                book.NotSent(batch.Ping(first++), errno, after);
                failures = 0;
            }
        }

        batch.Clear();
    }

    // The kernel sends one after the other at an even pace: each ping's time lies between those of the call.
    private void Record(SendBatch batch, int first, int sent, long before, long after)
    {
        var isUncertain = after - before > StallNs + sent * StallPerPingNs;
        for (var i = 0; i < sent; i++)
        {
            book.Sent(batch.Ping(first + i), isUncertain ? after : before + (after - before) * i / sent, isUncertain);
        }
    }

    private bool MakeRoom(IPingPort port, int errno, long nowNs)
    {
        receiver.Drain();
        if (errno == Constants.EAGAIN)
        {
            port.WaitWritable(PauseNs);
        }
        else
        {
            pacer.Slow(nowNs);
            clock.Sleep(PauseNs);
        }

        return true;
    }
}
