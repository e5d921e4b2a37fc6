using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Raw.Bpf;
using FpingCluster.Shared.Targets;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class IcmpFiltersTests(ITestOutputHelper output)
{
    private const ushort Id = 0x1234;

    private static readonly TargetAddress Target = TargetAddress.Parse("127.1.2.3"), TargetV6 = TargetAddress.Parse("fd00::2");

    [Theory]
    [InlineData(Id, 0, true)]
    [InlineData(Id, 8, true)]
    [InlineData(Id, 40, true)]
    [InlineData(Id + 1, 0, false)]
    [InlineData(0x3412, 0, false)]
    public void Reply_passes_with_our_id_alone(ushort id, int options, bool passes)
    {
        var packet = PacketBytes.IPv4(PacketBytes.Icmp(0, 0, id, 1, new byte[12]), Target, default, options);
        var packetV6 = PacketBytes.Icmp(129, 0, id, 1, new byte[12]);

        Assert.Equal(passes, BpfInterpreter.Accepts(IcmpFilters.IPv4(Id), packet));
        Assert.Equal(passes, BpfInterpreter.Accepts(IcmpFilters.IPv6(Id), packetV6));
    }

    [Theory]
    [InlineData(Id, 0, 0, true)]
    [InlineData(Id, 4, 40, true)]
    [InlineData(Id, 40, 4, true)]
    [InlineData(Id + 1, 0, 0, false)]
    public void Error_passes_when_it_quotes_a_request_with_our_id(ushort id, int options, int quotedOptions, bool passes)
    {
        var quoted = PacketBytes.IPv4(PacketBytes.Icmp(8, 0, id, 1, []), default, Target, quotedOptions);
        var quotedV6 = PacketBytes.IPv6(PacketBytes.Icmp(128, 0, id, 1, []), default, TargetV6);

        Assert.Equal(passes, BpfInterpreter.Accepts(IcmpFilters.IPv4(Id), PacketBytes.IPv4(PacketBytes.Icmp(3, 1, 0, 0, quoted), Target, default, options)));
        Assert.Equal(passes, BpfInterpreter.Accepts(IcmpFilters.IPv6(Id), PacketBytes.Icmp(1, 1, 0, 0, quotedV6)));
    }

    [Fact]
    public void Errors_about_other_packets_and_requests_of_others_end_in_the_kernel()
    {
        byte[][] packets =
        [
            PacketBytes.Icmp(8, 0, Id, 1, new byte[40]),
            PacketBytes.Icmp(3, 3, 0, 0, PacketBytes.IPv4(PacketBytes.Icmp(8, 0, Id, 1, []), default, Target, protocol: 17)),
            PacketBytes.Icmp(3, 3, 0, 0, PacketBytes.IPv4(PacketBytes.Icmp(0, 0, Id, 1, []), default, Target)),
        ];
        byte[][] packetsV6 =
        [
            PacketBytes.Icmp(128, 0, Id, 1, new byte[60]),
            PacketBytes.Icmp(1, 4, 0, 0, PacketBytes.IPv6(PacketBytes.Icmp(128, 0, Id, 1, []), default, TargetV6, protocol: 17)),
            PacketBytes.Icmp(1, 4, 0, 0, PacketBytes.IPv6(PacketBytes.Icmp(129, 0, Id, 1, []), default, TargetV6)),
        ];

        Assert.All(packets, packet => Assert.False(BpfInterpreter.Accepts(IcmpFilters.IPv4(Id), PacketBytes.IPv4(packet, Target, default))));
        Assert.All(packetsV6, packet => Assert.False(BpfInterpreter.Accepts(IcmpFilters.IPv6(Id), packet)));
    }

    /// <summary>The filter does not look at lengths that it needs not: of what it lets through, the parser may find some truncated.</summary>
    [Fact]
    public void Random_packets_pass_when_the_parser_finds_our_id_in_them()
    {
        const int Seed = 1071, Packets = 200_000;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var (filterV4, filterV6) = (IcmpFilters.IPv4(Id), IcmpFilters.IPv6(Id));
        var (passed, passedV6) = (0, 0);
        for (var i = 0; i < Packets; i++)
        {
            var packet = Mutated(random, Candidate(random));
            passed += Check(packet, filterV4, IcmpParser.ParseIPv4(packet, isCut: true), TypeV4(packet) is 0 or 3 or 4 or 11 or 12);
            var packetV6 = Mutated(random, CandidateV6(random));
            passedV6 += Check(packetV6, filterV6, IcmpParser.ParseIcmpV6(packetV6), packetV6 is [>= 1 and <= 4 or 129, ..]);
        }

        Assert.InRange(passed, Packets / 20, Packets / 2);
        Assert.InRange(passedV6, Packets / 20, Packets / 2);
    }

    [Fact]
    public void Masks_leave_the_types_that_the_parser_reads()
    {
        for (var type = 0; type < 256; type++)
        {
            var isBlockedV4 = type >= 32 || (IcmpFilters.BlockedTypesV4 >> type & 1) == 1;
            var isBlockedV6 = (IcmpFilters.BlockedTypesV6[type / 32] >> (type % 32) & 1) == 1;

            Assert.Equal(type is not (0 or 3 or 4 or 11 or 12), isBlockedV4);
            Assert.Equal(type is not (1 or 2 or 3 or 4 or 129), isBlockedV6);
        }
    }

    private static int Check(byte[] packet, BpfInstruction[] filter, ReceivedPacket parsed, bool isLetThroughByType)
    {
        var isOurs = parsed.Kind is ReceivedKind.EchoReply or ReceivedKind.Error && parsed.Id == Id;
        var passes = BpfInterpreter.Accepts(filter, packet) && isLetThroughByType;
        if (passes != isOurs && !(passes && parsed.Kind == ReceivedKind.Truncated))
        {
            Assert.Fail($"{Convert.ToHexString(packet)}: {parsed.Kind} with id {parsed.Id:x}, the filter says {passes}");
        }

        return passes ? 1 : 0;
    }

    private static int TypeV4(byte[] packet)
    {
        var header = packet.Length == 0 ? 0 : (packet[0] & 0xF) * 4;
        return packet.Length > header ? packet[header] : -1;
    }

    private static byte[] Candidate(Random random)
    {
        var id = random.Next(3) == 0 ? (ushort)random.Next(65_536) : Id;
        var quoted = PacketBytes.IPv4(PacketBytes.Icmp((byte)(random.Next(5) == 0 ? 0 : 8), 0, id, 1, []), default, Target, random.Next(11) * 4, (byte)(random.Next(5) == 0 ? 17 : 1));
        var icmp = random.Next(2) == 0 ? PacketBytes.Icmp(0, 0, id, 1, new byte[random.Next(14)]) : PacketBytes.Icmp((byte)random.Next(14), 0, Id, 0, quoted);
        return PacketBytes.IPv4(icmp, Target, default, random.Next(11) * 4);
    }

    private static byte[] CandidateV6(Random random)
    {
        var id = random.Next(3) == 0 ? (ushort)random.Next(65_536) : Id;
        var quoted = PacketBytes.IPv6(PacketBytes.Icmp((byte)(random.Next(5) == 0 ? 129 : 128), 0, id, 1, []), default, TargetV6, (byte)(random.Next(5) == 0 ? 17 : 58));
        return random.Next(2) == 0 ? PacketBytes.Icmp(129, 0, id, 1, new byte[random.Next(14)]) : PacketBytes.Icmp((byte)random.Next(6), 0, Id, 0, quoted);
    }

    private static byte[] Mutated(Random random, byte[] packet)
    {
        for (var flips = random.Next(3); flips > 0; flips--)
        {
            packet[random.Next(packet.Length)] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(3) == 0 ? packet[..random.Next(packet.Length)] : packet;
    }
}
