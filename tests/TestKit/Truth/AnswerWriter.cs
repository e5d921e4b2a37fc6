using System.Buffers.Binary;
using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>Makes the packet of an answer, IP header included.</summary>
internal static class AnswerWriter
{
    private const int IPv4HeaderLength = 20, IPv6HeaderLength = 40, IcmpHeaderLength = 8;
    private const int ChecksumOffset = 2, IdOffset = 4, SequenceOffset = 6;
    private const byte ReplyV4 = 0, ReplyV6 = 129, HopLimit = 64;

    /// <summary>No answer to a request of this length is longer.</summary>
    public static int LengthFor(int request) => request + IPv6HeaderLength + IcmpHeaderLength;

    /// <returns>The packet's length.</returns>
    public static int Write(in EchoRequest request, Answer answer, Span<byte> packet)
    {
        var source = answer.From ?? request.Destination;
        if (source.Family != request.Source.Family)
        {
            throw new ArgumentException($"{request.Destination} cannot answer from {source}, an address of the other family", nameof(answer));
        }

        var header = source.IsIPv4 ? IPv4HeaderLength : IPv6HeaderLength;
        var body = packet[header..];
        var length = answer.Kind is AnswerKind.IcmpError or AnswerKind.WrongQuote ? WriteError(request, answer, body) : WriteReply(request, answer, body);
        WriteChecksum(body[..length], source, request.Source, isWrong: answer.Kind == AnswerKind.Corrupted);
        if (source.IsIPv4)
        {
            WriteHeaderV4(packet[..header], length, source, request.Source);
        }
        else
        {
            WriteHeaderV6(packet[..header], length, source, request.Source);
        }

        return header + length;
    }

    private static int WriteReply(in EchoRequest request, Answer answer, Span<byte> icmp)
    {
        request.Icmp.CopyTo(icmp);
        icmp[0] = request.Source.IsIPv4 ? ReplyV4 : ReplyV6;
        var length = request.Icmp.Length;
        switch (answer.Kind)
        {
            case AnswerKind.WrongId:
                BinaryPrimitives.WriteUInt16BigEndian(icmp[IdOffset..], (ushort)~request.Id);
                break;
            case AnswerKind.WrongSequence:
                BinaryPrimitives.WriteUInt16BigEndian(icmp[SequenceOffset..], (ushort)(request.Sequence + answer.SequenceShift));
                break;
            case AnswerKind.WrongToken:
                Invert(icmp[IcmpHeaderLength..length], answer.Kept);
                break;
            case AnswerKind.Truncated:
                length = Math.Min(length, IcmpHeaderLength + answer.Kept);
                break;
        }

        return length;
    }

    private static void Invert(Span<byte> payload, int kept)
    {
        foreach (ref var octet in payload[Math.Clamp(kept, 0, Math.Max(0, payload.Length - 1))..])
        {
            octet = (byte)~octet;
        }
    }

    private static int WriteError(in EchoRequest request, Answer answer, Span<byte> icmp)
    {
        icmp[..IcmpHeaderLength].Clear();
        (icmp[0], icmp[1]) = (answer.Type, answer.Code);
        var quoted = icmp[IcmpHeaderLength..];
        request.Header.CopyTo(quoted);
        if (answer.Kind == AnswerKind.WrongQuote)
        {
            WriteAddress(quoted[(request.Source.IsIPv4 ? 16 : 24)..], answer.QuotedDestination);
        }

        var kept = Math.Min(request.Icmp.Length, answer.Kept);
        request.Icmp[..kept].CopyTo(quoted[request.Header.Length..]);
        return IcmpHeaderLength + request.Header.Length + kept;
    }

    private static void WriteChecksum(Span<byte> icmp, TargetAddress source, TargetAddress destination, bool isWrong)
    {
        icmp.Slice(ChecksumOffset, 2).Clear();
        var checksum = Checksum.OfIcmp(icmp, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[ChecksumOffset..], isWrong ? (ushort)(checksum ^ 0x5555) : checksum);
    }

    private static void WriteHeaderV4(Span<byte> header, int icmpLength, TargetAddress source, TargetAddress destination)
    {
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(IPv4HeaderLength + icmpLength));
        (header[8], header[9]) = (HopLimit, Checksum.ProtocolIcmp);
        WriteAddress(header[12..], source);
        WriteAddress(header[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum.Of(header));
    }

    private static void WriteHeaderV6(Span<byte> header, int icmpLength, TargetAddress source, TargetAddress destination)
    {
        header.Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)icmpLength);
        (header[6], header[7]) = (Checksum.ProtocolIcmpV6, HopLimit);
        WriteAddress(header[8..], source);
        WriteAddress(header[24..], destination);
    }

    private static void WriteAddress(Span<byte> field, TargetAddress address)
    {
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(field, address.IPv4);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(field, address.Value);
        }
    }
}
