using System.Buffers.Binary;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Packets as hosts and routers would send them.</summary>
internal static class PacketBytes
{
    public const int IPv4Header = 20, IPv6Header = 40;

    /// <summary>ICMP of any type, its checksum right.</summary>
    public static byte[] Icmp(byte type, byte code, ushort id, ushort sequence, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[8 + payload.Length];
        (bytes[0], bytes[1]) = (type, code);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), sequence);
        payload.CopyTo(bytes.AsSpan(8));
        WriteChecksum(bytes);
        return bytes;
    }

    /// <param name="options">Bytes of IP options, a multiple of 4.</param>
    public static byte[] IPv4(ReadOnlySpan<byte> content, TargetAddress source, TargetAddress destination, int options = 0, byte protocol = 1)
    {
        var bytes = new byte[IPv4Header + options + content.Length];
        bytes[0] = (byte)(0x40 | (5 + options / 4));
        bytes[8] = 64;
        bytes[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), source.IPv4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), destination.IPv4);
        bytes.AsSpan(IPv4Header, options).Fill(1);
        content.CopyTo(bytes.AsSpan(IPv4Header + options));
        return bytes;
    }

    public static byte[] IPv6(ReadOnlySpan<byte> content, TargetAddress source, TargetAddress destination, byte protocol = 58)
    {
        var bytes = new byte[IPv6Header + content.Length];
        bytes[0] = 0x60;
        bytes[6] = protocol;
        bytes[7] = 64;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), source.Value);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(24), destination.Value);
        content.CopyTo(bytes.AsSpan(IPv6Header));
        return bytes;
    }

    /// <summary>Writes what a host answers to an echo request; allocates nothing.</summary>
    /// <returns>Its length.</returns>
    public static int WriteAnswer(ReadOnlySpan<byte> request, bool ipv4, bool withHeader, TargetAddress source, Span<byte> answer)
    {
        var header = withHeader ? IPv4Header : 0;
        if (withHeader)
        {
            answer[..header].Clear();
            (answer[0], answer[8], answer[9]) = (0x45, 64, 1);
            BinaryPrimitives.WriteUInt32BigEndian(answer[12..], source.IPv4);
        }

        var icmp = answer.Slice(header, request.Length);
        request.CopyTo(icmp);
        icmp[0] = ipv4 ? (byte)0 : (byte)129;
        WriteChecksum(icmp);
        return header + request.Length;
    }

    public static void WriteChecksum(Span<byte> icmp)
    {
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Fold(InternetChecksum.Sum(icmp)));
    }
}
