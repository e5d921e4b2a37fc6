using System.Buffers.Binary;
using System.Text;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// An echo request of one family and size, of which only id, sequence number and token change from ping to ping. The payload begins with the token, as far as
/// it has room: the ping's number in its lane (4 bytes), then the proof that the number came from here (8 bytes). Then comes the text that says who is pinging.
/// </summary>
internal sealed class EchoTemplate
{
    public const int HeaderLength = 8, NumberLength = 4, TokenLength = ProbeRules.TokenLength;

    private const byte RequestV4 = 8, RequestV6 = 128;
    private const int ChecksumOffset = 2, IdOffset = 4, SequenceOffset = 6;

    private static readonly byte[] Filler = "FpingCluster"u8.ToArray();

    private readonly byte[] _bytes;
    private readonly uint _fillerSum;

    /// <param name="size">Bytes of payload.</param>
    /// <param name="text">Goes into what is left of the payload.</param>
    public EchoTemplate(bool ipv4, int size, string? text = null)
    {
        _bytes = new byte[HeaderLength + size];
        _bytes[0] = ipv4 ? RequestV4 : RequestV6;
        for (var i = HeaderLength; i < _bytes.Length; i++)
        {
            _bytes[i] = Filler[(i - HeaderLength) % Filler.Length];
        }

        if (text is not null)
        {
            Encoding.UTF8.GetBytes(text, _bytes.AsSpan(HeaderLength + TokenLength));
        }

        _fillerSum = InternetChecksum.Sum(_bytes.AsSpan(Math.Min(_bytes.Length, HeaderLength + TokenLength)));
    }

    public int Length => _bytes.Length;

    public int Size => _bytes.Length - HeaderLength;

    public void CopyTo(Span<byte> packet) => _bytes.CopyTo(packet);

    /// <summary>Writes what makes a copy of this template one certain ping. In IPv6 the kernel makes the checksum.</summary>
    public void Patch(Span<byte> packet, ushort id, long ping, ulong proof)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet[IdOffset..], id);
        BinaryPrimitives.WriteUInt16BigEndian(packet[SequenceOffset..], (ushort)ping);
        WriteToken(packet[HeaderLength..], ping, proof);
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], 0);
        var head = packet[..Math.Min(packet.Length, HeaderLength + TokenLength)];
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], InternetChecksum.Fold(InternetChecksum.Sum(head, _fillerSum)));
    }

    /// <summary>Whether a payload begins with the token of this ping.</summary>
    public static bool HasToken(ReadOnlySpan<byte> payload, long ping, ulong proof)
    {
        Span<byte> token = stackalloc byte[TokenLength];
        WriteToken(token, ping, proof);
        var length = Math.Min(payload.Length, TokenLength);
        return payload[..length].SequenceEqual(token[..length]);
    }

    /// <summary>Payloads too short for the number carry none.</summary>
    public static uint? NumberOf(ReadOnlySpan<byte> payload) => payload.Length < NumberLength ? null : BinaryPrimitives.ReadUInt32BigEndian(payload);

    private static void WriteToken(Span<byte> payload, long ping, ulong proof)
    {
        if (payload.Length >= TokenLength)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)ping);
            BinaryPrimitives.WriteUInt64BigEndian(payload[NumberLength..], proof);
            return;
        }

        Span<byte> token = stackalloc byte[TokenLength];
        WriteToken(token, ping, proof);
        token[..payload.Length].CopyTo(payload);
    }
}
