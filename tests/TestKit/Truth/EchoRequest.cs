using System.Buffers.Binary;
using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>An echo request as it left a host, with its IP header.</summary>
internal readonly ref struct EchoRequest
{
    private const int IPv4HeaderLength = 20, IPv6HeaderLength = 40, IcmpHeaderLength = 8;
    private const byte RequestV4 = 8, RequestV6 = 128;

    private EchoRequest(ReadOnlySpan<byte> packet, int headerLength, TargetAddress source, TargetAddress destination)
    {
        Header = packet[..headerLength];
        Icmp = packet[headerLength..];
        (Source, Destination) = (source, destination);
    }

    public ReadOnlySpan<byte> Header { get; }

    public ReadOnlySpan<byte> Icmp { get; }

    public TargetAddress Source { get; }

    public TargetAddress Destination { get; }

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Icmp[4..]);

    public ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(Icmp[6..]);

    public ReadOnlySpan<byte> Payload => Icmp[IcmpHeaderLength..];

    /// <returns>False for anything that a real host would not answer, a request with a wrong checksum included.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out EchoRequest request)
    {
        request = default;
        return packet.Length > 0 && (packet[0] >> 4) switch
        {
            4 => TryParseIPv4(packet, ref request),
            6 => TryParseIPv6(packet, ref request),
            _ => false,
        };
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> packet, ref EchoRequest request)
    {
        var header = (packet[0] & 0xF) * 4;
        if (header < IPv4HeaderLength || packet.Length < header + IcmpHeaderLength || packet[9] != Checksum.ProtocolIcmp)
        {
            return false;
        }

        request = new EchoRequest(
            packet,
            header,
            TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(packet[12..])),
            TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(packet[16..])));
        return request.IsSound(RequestV4);
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> packet, ref EchoRequest request)
    {
        if (packet.Length < IPv6HeaderLength + IcmpHeaderLength || packet[6] != Checksum.ProtocolIcmpV6)
        {
            return false;
        }

        request = new EchoRequest(
            packet,
            IPv6HeaderLength,
            new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(packet[8..])),
            new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(packet[24..])));
        return request.IsSound(RequestV6);
    }

    private bool IsSound(byte type) => Icmp[0] == type && Icmp[1] == 0 && Checksum.OfIcmp(Icmp, Source, Destination) == 0;
}
