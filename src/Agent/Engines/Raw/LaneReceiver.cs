using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's receiving half: reads what came, turns the kernel's stamps into the lane's time, and tells the book.</summary>
internal sealed class LaneReceiver(PingBook book, PingPorts ports, ILaneClock clock) : IDisposable
{
    // Sending must go on while replies pour in: 4,096 packets a turn.
    private const int BatchesPerTurn = 64;

    // The kernel stamps a packet a little before it puts it into our queue.
    private const long StampSlackNs = 2_000_000;

    private const int LongestIPv4Header = 60;

    private ReceiveBatch _batch = new();

    /// <summary>Everything that came before this time has been read.</summary>
    public long SettledNs { get; private set; } = clock.NowNs;

    /// <summary>Before pings with so many bytes of payload are sent.</summary>
    public void MakeRoomFor(int size)
    {
        var length = LongestIPv4Header + EchoTemplate.HeaderLength + size;
        if (length > _batch.Stride)
        {
            _batch.Dispose();
            _batch = new ReceiveBatch(length);
        }
    }

    public void Drain()
    {
        var settled = Math.Min(Drain(ports.IPv4, ipv4: true), Drain(ports.IPv6, ipv4: false));
        SettledNs = settled == long.MaxValue ? clock.NowNs : settled;
    }

    public void Dispose() => _batch.Dispose();

    private long Drain(IPingPort? port, bool ipv4)
    {
        if (port is null)
        {
            return long.MaxValue;
        }

        DrainErrors(port);
        for (var i = 0; i < BatchesPerTurn; i++)
        {
            var before = clock.NowNs;
            var received = port.Receive(_batch);
            if (received > 0)
            {
                Read(received, port, ipv4);
            }

            // A negative number is an ICMP error about a ping of ours, told by the error queue as well.
            if (received is >= 0 and < ReceiveBatch.Capacity)
            {
                return before;
            }
        }

        return SettledNs;
    }

    // Between its opening and its filter a raw socket takes everybody's packets: the id is looked at here too.
    private void Read(int received, IPingPort port, bool ipv4)
    {
        var withIPv4Header = port.Mode == SocketMode.Raw && ipv4;
        var offset = clock.StampOffsetNs();
        var now = clock.NowNs;
        for (var i = 0; i < received; i++)
        {
            var bytes = _batch.Packet(i);
            var packet = withIPv4Header ? IcmpParser.ParseIPv4(bytes, _batch.IsCut(i)) : ipv4 ? IcmpParser.ParseIcmpV4(bytes) : IcmpParser.ParseIcmpV6(bytes);
            switch (packet.Kind)
            {
                case ReceivedKind.EchoReply when packet.Id == port.Id:
                    book.Reply(packet, _batch.Source(i), Received(_batch.Control(i).StampNs, offset, now));
                    break;
                case ReceivedKind.Error when packet.Id == port.Id:
                    book.Error(packet, _batch.Source(i));
                    break;
                case ReceivedKind.Truncated:
                    book.Counters.Truncated++;
                    break;
                case ReceivedKind.Corrupted:
                    book.Counters.Corrupted++;
                    break;
                default:
                    book.Counters.Foreign++;
                    break;
            }
        }
    }

    private void DrainErrors(IPingPort port)
    {
        for (var i = 0; i < BatchesPerTurn; i++)
        {
            var received = port.ReceiveErrors(_batch);
            for (var error = 0; error < received; error++)
            {
                if (_batch.Control(error).TryReadIcmpError(out var type, out var code, out var source))
                {
                    Tell(IcmpParser.ParseQuoted(_batch.Packet(error), type, code, _batch.Source(error)), source, port.Id);
                }
            }

            if (received < ReceiveBatch.Capacity)
            {
                return;
            }
        }
    }

    private void Tell(in ReceivedPacket packet, TargetAddress source, ushort id)
    {
        if (packet.Kind == ReceivedKind.Error && packet.Id == id)
        {
            book.Error(packet, source);
        }
        else
        {
            book.Counters.Foreign++;
        }
    }

    // What is read now came after the queue was last seen empty, and not later than now: a stamp outside is that of a clock that was set in between.
    private long Received(long? stampNs, long offsetNs, long nowNs)
    {
        if (stampNs - offsetNs is { } received && received <= nowNs + StampSlackNs && received >= SettledNs - StampSlackNs)
        {
            return received;
        }

        book.Counters.UselessStamps++;
        return nowNs;
    }
}
