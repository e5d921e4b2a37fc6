using System.Buffers.Binary;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>Reads what ICMP sockets deliver (RFC 792, 4443). Whatever the bytes are, it neither throws nor reads beyond them.</summary>
internal static class IcmpParser
{
    private const int IPv4HeaderLength = 20, IPv6HeaderLength = 40, IcmpHeaderLength = 8;
    private const byte ReplyV4 = 0, RequestV4 = 8, ReplyV6 = 129, RequestV6 = 128;
    private const byte ProtocolIcmp = 1, ProtocolIcmpV6 = 58;

    /// <summary>A packet of a raw IPv4 socket: with its IP header, its checksum not yet looked at by anyone.</summary>
    /// <param name="isCut">The packet was longer than the buffer: its checksum cannot be verified.</param>
    public static ReceivedPacket ParseIPv4(ReadOnlySpan<byte> packet, bool isCut)
    {
        var header = packet.Length < IPv4HeaderLength ? 0 : (packet[0] & 0xF) * 4;
        if (header < IPv4HeaderLength || packet.Length < header + IcmpHeaderLength)
        {
            return new ReceivedPacket { Kind = ReceivedKind.Truncated };
        }

        var icmp = packet[header..];
        return isCut || InternetChecksum.IsValid(icmp) ? ParseIcmpV4(icmp) : new ReceivedPacket { Kind = ReceivedKind.Corrupted };
    }

    /// <summary>A packet of an IPv4 datagram socket: without its IP header, its checksum verified by the kernel.</summary>
    public static ReceivedPacket ParseIcmpV4(ReadOnlySpan<byte> icmp) => icmp.Length < IcmpHeaderLength
        ? new ReceivedPacket { Kind = ReceivedKind.Truncated }
        : icmp[0] switch
        {
            ReplyV4 => Reply(icmp),
            // Unreachable, source quench, time exceeded, parameter problem. A redirect is no fault: the ping was passed on.
            3 or 4 or 11 or 12 => ErrorV4(icmp),
            _ => new ReceivedPacket { Kind = ReceivedKind.Foreign },
        };

    /// <summary>A packet of an IPv6 socket of either type: without its IP header, its checksum verified by the kernel.</summary>
    public static ReceivedPacket ParseIcmpV6(ReadOnlySpan<byte> icmp) => icmp.Length < IcmpHeaderLength
        ? new ReceivedPacket { Kind = ReceivedKind.Truncated }
        : icmp[0] switch
        {
            ReplyV6 => Reply(icmp),
            >= 1 and <= 4 => ErrorV6(icmp),
            _ => new ReceivedPacket { Kind = ReceivedKind.Foreign },
        };

    /// <summary>An echo request from the error queue of a datagram socket, which says type and code beside it.</summary>
    public static ReceivedPacket ParseQuoted(ReadOnlySpan<byte> request, byte type, byte code, TargetAddress destination) =>
        request.Length < IcmpHeaderLength
            ? new ReceivedPacket { Kind = ReceivedKind.Truncated }
            : request[0] != (destination.IsIPv4 ? RequestV4 : RequestV6)
                ? new ReceivedPacket { Kind = ReceivedKind.Foreign }
                : Error(request, type, code, destination);

    private static ReceivedPacket Reply(ReadOnlySpan<byte> icmp) => new()
    {
        Kind = ReceivedKind.EchoReply,
        Id = BinaryPrimitives.ReadUInt16BigEndian(icmp[4..]),
        Sequence = BinaryPrimitives.ReadUInt16BigEndian(icmp[6..]),
        Payload = icmp[IcmpHeaderLength..],
    };

    private static ReceivedPacket ErrorV4(ReadOnlySpan<byte> icmp)
    {
        var quoted = icmp[IcmpHeaderLength..];
        var header = quoted.Length < IPv4HeaderLength ? 0 : (quoted[0] & 0xF) * 4;
        if (header < IPv4HeaderLength || quoted.Length < header + IcmpHeaderLength)
        {
            return new ReceivedPacket { Kind = ReceivedKind.Truncated };
        }

        return quoted[9] == ProtocolIcmp && quoted[header] == RequestV4
            ? Error(quoted[header..], icmp[0], icmp[1], TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(quoted[16..])))
            : new ReceivedPacket { Kind = ReceivedKind.Foreign };
    }

    private static ReceivedPacket ErrorV6(ReadOnlySpan<byte> icmp)
    {
        var quoted = icmp[IcmpHeaderLength..];
        if (quoted.Length < IPv6HeaderLength + IcmpHeaderLength)
        {
            return new ReceivedPacket { Kind = ReceivedKind.Truncated };
        }

        return quoted[6] == ProtocolIcmpV6 && quoted[IPv6HeaderLength] == RequestV6
            ? Error(quoted[IPv6HeaderLength..], icmp[0], icmp[1], new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(quoted[24..])))
            : new ReceivedPacket { Kind = ReceivedKind.Foreign };
    }

    private static ReceivedPacket Error(ReadOnlySpan<byte> request, byte type, byte code, TargetAddress destination) => new()
    {
        Kind = ReceivedKind.Error,
        Type = type,
        Code = code,
        Id = BinaryPrimitives.ReadUInt16BigEndian(request[4..]),
        Sequence = BinaryPrimitives.ReadUInt16BigEndian(request[6..]),
        Destination = destination,
    };
}
