using System.Runtime.InteropServices;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>What the kernel says beside a packet (struct cmsghdr after cmsghdr).</summary>
internal readonly ref struct ControlMessages(ReadOnlySpan<byte> bytes)
{
    private const int HeaderLength = 16;

    // struct sock_extended_err: errno, origin, type, code, padding, info, data; then who said it.
    private const int ErrorLength = 16, OriginOffset = 4, TypeOffset = 5, CodeOffset = 6;
    private const byte OriginIcmp = 2, OriginIcmpV6 = 3;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>When the packet came, of the realtime clock; null when the kernel did not stamp it.</summary>
    public long? StampNs
    {
        get
        {
            var data = Find(Constants.LevelSocket, Constants.TimestampNs);
            return data.Length < 16 ? null : MemoryMarshal.Read<TimeSpec>(data).TotalNanoseconds;
        }
    }

    /// <summary>An ICMP error from the error queue; false for errors that this host itself raised.</summary>
    public bool TryReadIcmpError(out byte type, out byte code, out TargetAddress source)
    {
        var data = Find(Constants.LevelIPv4, Constants.IPv4ReceiveError);
        data = data.IsEmpty ? Find(Constants.LevelIPv6, Constants.IPv6ReceiveError) : data;
        var found = data.Length >= ErrorLength && data[OriginOffset] is OriginIcmp or OriginIcmpV6;
        (type, code) = found ? (data[TypeOffset], data[CodeOffset]) : default;
        source = found ? SocketAddress.Read(data[ErrorLength..]) : default;
        return found;
    }

    private ReadOnlySpan<byte> Find(int level, int type)
    {
        for (var rest = _bytes; rest.Length >= HeaderLength;)
        {
            var length = MemoryMarshal.Read<nuint>(rest);
            if (length < HeaderLength || length > (nuint)rest.Length)
            {
                break;
            }

            if (MemoryMarshal.Read<int>(rest[8..]) == level && MemoryMarshal.Read<int>(rest[12..]) == type)
            {
                return rest[HeaderLength..(int)length];
            }

            var next = ((int)length + 7) & ~7;
            rest = next < rest.Length ? rest[next..] : default;
        }

        return default;
    }
}
