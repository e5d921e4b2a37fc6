using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class IcmpParserTests
{
    private static readonly TargetAddress Here = TargetAddress.Parse("127.0.0.1"), Target = TargetAddress.Parse("127.1.2.3"), Router = TargetAddress.Parse("127.7.7.7");

    private static readonly TargetAddress HereV6 = TargetAddress.Parse("fd00::1"), TargetV6 = TargetAddress.Parse("fd00::2");

    private static readonly byte[] Payload = [1, 2, 3, 4, 5];

    private static readonly byte[] RequestV4 = PacketBytes.Icmp(8, 0, 0x1234, 0x5678, Payload), RequestV6 = PacketBytes.Icmp(128, 0, 0x1234, 0x5678, Payload);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(40)]
    public void Reply_with_an_IPv4_header_is_read_behind_the_headers_options(int options)
    {
        var packet = IcmpParser.ParseIPv4(PacketBytes.IPv4(PacketBytes.Icmp(0, 0, 0x1234, 0x5678, Payload), Target, Here, options), isCut: false);

        AssertReply(packet);
    }

    [Fact]
    public void Reply_without_a_header_is_read()
    {
        AssertReply(IcmpParser.ParseIcmpV4(PacketBytes.Icmp(0, 0, 0x1234, 0x5678, Payload)));
        AssertReply(IcmpParser.ParseIcmpV6(PacketBytes.Icmp(129, 0, 0x1234, 0x5678, Payload)));
    }

    [Theory]
    [InlineData(3, 1, 0)]
    [InlineData(3, 13, 8)]
    [InlineData(4, 0, 40)]
    [InlineData(11, 0, 0)]
    [InlineData(12, 2, 4)]
    public void IPv4_error_names_the_request_that_it_quotes(byte type, byte code, int quotedOptions)
    {
        var error = PacketBytes.Icmp(type, code, 0, 0, PacketBytes.IPv4(RequestV4, Here, Target, quotedOptions));

        AssertError(IcmpParser.ParseIcmpV4(error), type, code, Target);
        AssertError(IcmpParser.ParseIPv4(PacketBytes.IPv4(error, Router, Here, options: 8), isCut: false), type, code, Target);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void IPv6_error_names_the_request_that_it_quotes(byte type, byte code) =>
        AssertError(IcmpParser.ParseIcmpV6(PacketBytes.Icmp(type, code, 0, 0, PacketBytes.IPv6(RequestV6, HereV6, TargetV6))), type, code, TargetV6);

    [Fact]
    public void Error_that_quotes_no_more_than_eight_bytes_is_enough()
    {
        AssertError(IcmpParser.ParseIcmpV4(PacketBytes.Icmp(3, 1, 0, 0, PacketBytes.IPv4(RequestV4.AsSpan(0, 8), Here, Target))), 3, 1, Target);
        AssertError(IcmpParser.ParseIcmpV6(PacketBytes.Icmp(1, 1, 0, 0, PacketBytes.IPv6(RequestV6.AsSpan(0, 8), HereV6, TargetV6))), 1, 1, TargetV6);
    }

    [Fact]
    public void Every_other_type_is_foreign()
    {
        for (var type = 0; type < 256; type++)
        {
            var v4 = IcmpParser.ParseIcmpV4(PacketBytes.Icmp((byte)type, 0, 1, 1, PacketBytes.IPv4(RequestV4, Here, Target))).Kind;
            var v6 = IcmpParser.ParseIcmpV6(PacketBytes.Icmp((byte)type, 0, 1, 1, PacketBytes.IPv6(RequestV6, HereV6, TargetV6))).Kind;

            Assert.Equal(type is 0 ? ReceivedKind.EchoReply : type is 3 or 4 or 11 or 12 ? ReceivedKind.Error : ReceivedKind.Foreign, v4);
            Assert.Equal(type is 129 ? ReceivedKind.EchoReply : type is >= 1 and <= 4 ? ReceivedKind.Error : ReceivedKind.Foreign, v6);
        }
    }

    [Fact]
    public void Error_about_anything_but_an_echo_request_is_foreign()
    {
        var reply = PacketBytes.Icmp(0, 0, 0x1234, 0x5678, Payload);
        var replyV6 = PacketBytes.Icmp(129, 0, 0x1234, 0x5678, Payload);

        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseIcmpV4(PacketBytes.Icmp(3, 3, 0, 0, PacketBytes.IPv4(RequestV4, Here, Target, protocol: 17))).Kind);
        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseIcmpV4(PacketBytes.Icmp(3, 3, 0, 0, PacketBytes.IPv4(reply, Here, Target))).Kind);
        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseIcmpV6(PacketBytes.Icmp(1, 4, 0, 0, PacketBytes.IPv6(RequestV6, HereV6, TargetV6, protocol: 17))).Kind);
        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseIcmpV6(PacketBytes.Icmp(1, 4, 0, 0, PacketBytes.IPv6(replyV6, HereV6, TargetV6))).Kind);
    }

    [Fact]
    public void Packet_cut_anywhere_before_its_last_needed_byte_is_truncated()
    {
        var reply = PacketBytes.IPv4(PacketBytes.Icmp(0, 0, 1, 2, []), Target, Here, options: 12);
        var error = PacketBytes.IPv4(PacketBytes.Icmp(3, 1, 0, 0, PacketBytes.IPv4(RequestV4.AsSpan(0, 8), Here, Target, 4)), Router, Here);
        var errorV6 = PacketBytes.Icmp(1, 0, 0, 0, PacketBytes.IPv6(RequestV6.AsSpan(0, 8), HereV6, TargetV6));

        AssertTruncatedEverywhere(reply, bytes => IcmpParser.ParseIPv4(bytes, isCut: true).Kind, ReceivedKind.EchoReply);
        AssertTruncatedEverywhere(error, bytes => IcmpParser.ParseIPv4(bytes, isCut: true).Kind, ReceivedKind.Error);
        AssertTruncatedEverywhere(error[20..], bytes => IcmpParser.ParseIcmpV4(bytes).Kind, ReceivedKind.Error);
        AssertTruncatedEverywhere(errorV6, bytes => IcmpParser.ParseIcmpV6(bytes).Kind, ReceivedKind.Error);
        AssertTruncatedEverywhere(RequestV4[..8], bytes => IcmpParser.ParseQuoted(bytes, 3, 1, Target).Kind, ReceivedKind.Error);
    }

    [Fact]
    public void Wrong_checksum_behind_an_IPv4_header_is_corrupted_unless_the_packet_was_cut()
    {
        var genuine = PacketBytes.IPv4(PacketBytes.Icmp(0, 0, 1, 2, Payload), Target, Here);
        for (var bit = 20 * 8; bit < genuine.Length * 8; bit++)
        {
            var flipped = (byte[])genuine.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(ReceivedKind.Corrupted, IcmpParser.ParseIPv4(flipped, isCut: false).Kind);
            Assert.NotEqual(ReceivedKind.Corrupted, IcmpParser.ParseIPv4(flipped, isCut: true).Kind);
        }
    }

    [Fact]
    public void Quoted_request_of_the_error_queue_must_be_an_echo_request_of_its_family()
    {
        AssertError(IcmpParser.ParseQuoted(RequestV4, 3, 1, Target), 3, 1, Target);
        AssertError(IcmpParser.ParseQuoted(RequestV6, 1, 3, TargetV6), 1, 3, TargetV6);
        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseQuoted(RequestV4, 3, 1, TargetV6).Kind);
        Assert.Equal(ReceivedKind.Foreign, IcmpParser.ParseQuoted(RequestV6, 3, 1, Target).Kind);
    }

    private static void AssertTruncatedEverywhere(byte[] packet, Func<byte[], ReceivedKind> parse, ReceivedKind whole)
    {
        for (var length = 0; length < packet.Length; length++)
        {
            Assert.Equal(ReceivedKind.Truncated, parse(packet[..length]));
        }

        Assert.Equal(whole, parse(packet));
    }

    private static void AssertReply(ReceivedPacket packet)
    {
        Assert.Equal((ReceivedKind.EchoReply, 0x1234, 0x5678), (packet.Kind, packet.Id, packet.Sequence));
        Assert.Equal(Payload, packet.Payload.ToArray());
    }

    private static void AssertError(ReceivedPacket packet, byte type, byte code, TargetAddress destination)
    {
        Assert.Equal((ReceivedKind.Error, type, code, destination), (packet.Kind, packet.Type, packet.Code, packet.Destination));
        Assert.Equal((0x1234, 0x5678), (packet.Id, packet.Sequence));
    }
}
