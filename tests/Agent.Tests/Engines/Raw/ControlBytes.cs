using System.Buffers.Binary;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Control messages as the kernel writes them beside a packet.</summary>
internal static class ControlBytes
{
    public const int HeaderLength = 16, StampLength = HeaderLength + 16;

    public static byte[] Message(int level, int type, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[(HeaderLength + data.Length + 7) / 8 * 8];
        WriteHeader(bytes, HeaderLength + data.Length, level, type);
        data.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <param name="stampNs">Of the realtime clock.</param>
    public static void WriteStamp(Span<byte> control, long stampNs)
    {
        WriteHeader(control, StampLength, Constants.LevelSocket, Constants.TimestampNs);
        BinaryPrimitives.WriteInt64LittleEndian(control[16..], stampNs / 1_000_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(control[24..], stampNs % 1_000_000_000);
    }

    public static byte[] Stamp(long stampNs)
    {
        var control = new byte[StampLength];
        WriteStamp(control, stampNs);
        return control;
    }

    /// <param name="origin">2: ICMP, 3: ICMPv6, 1: this host.</param>
    public static byte[] Error(bool ipv4, byte origin, byte type, byte code, TargetAddress source)
    {
        var data = new byte[16 + SocketAddress.IPv6Length];
        (data[4], data[5], data[6]) = (origin, type, code);
        var length = SocketAddress.Write(source, data.AsSpan(16));
        return Message(
            ipv4 ? Constants.LevelIPv4 : Constants.LevelIPv6,
            ipv4 ? Constants.IPv4ReceiveError : Constants.IPv6ReceiveError,
            data.AsSpan(0, 16 + length));
    }

    private static void WriteHeader(Span<byte> control, int length, int level, int type)
    {
        BinaryPrimitives.WriteInt64LittleEndian(control, length);
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], level);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], type);
    }
}
