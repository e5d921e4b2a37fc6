using System.Buffers.Binary;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Targets;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Packets that nobody would send, in numbers: against a parser that reads byte for byte.</summary>
public sealed class IcmpParserFuzzTests(ITestOutputHelper output)
{
    private const int Packets = 1_000_000, Longest = 160;

    private static readonly TargetAddress Target = TargetAddress.Parse("127.1.2.3"), TargetV6 = TargetAddress.Parse("fd00::2");

    [Theory]
    [InlineData(20_240_501)]
    [InlineData(792_4443)]
    public void Random_and_mutated_packets_are_read_as_byte_for_byte(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var packet = new byte[Longest];
        var seeds = Genuine();
        var kinds = new int[5];
        for (var i = 0; i < Packets; i++)
        {
            var length = i % 3 == 0 ? Randomize(random, packet) : Mutate(random, seeds[random.Next(seeds.Length)], packet);
            Check(packet, length, kinds, isCut: i % 7 == 0);
        }

        // Each kind was met often enough to mean something.
        Assert.All(kinds, count => Assert.True(count > Packets / 100, string.Join(' ', kinds)));
    }

    private static void Check(byte[] packet, int length, int[] kinds, bool isCut)
    {
        var bytes = packet.AsSpan(0, length);
        var ipv4 = IcmpParser.ParseIPv4(bytes, isCut);
        var expected = SlowParser.KindOfIPv4(packet, length, isCut);
        if (ipv4.Kind != expected || IcmpParser.ParseIcmpV4(bytes).Kind != SlowParser.KindOfIcmpV4(packet, 0, length)
            || IcmpParser.ParseIcmpV6(bytes).Kind != SlowParser.KindOfIcmpV6(packet, length))
        {
            Assert.Fail($"{Convert.ToHexString(bytes)}: {ipv4.Kind} instead of {expected}, or without a header");
        }

        kinds[(int)ipv4.Kind]++;
        var icmp = (packet[0] & 0xF) * 4;
        var (named, payload) = ipv4.Kind switch
        {
            ReceivedKind.EchoReply => (icmp, length - icmp - 8),
            ReceivedKind.Error => (icmp + 8 + (packet[icmp + 8] & 0xF) * 4, 0),
            _ => (-1, 0),
        };
        if (named >= 0 && (ipv4.Id, ipv4.Sequence, ipv4.Payload.Length) != (Number(packet, named + 4), Number(packet, named + 6), payload))
        {
            Assert.Fail($"{Convert.ToHexString(bytes)}: wrong id, sequence number or payload");
        }
    }

    private static ushort Number(byte[] packet, int offset) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(offset));

    private static byte[][] Genuine()
    {
        var request = PacketBytes.Icmp(8, 0, 0x1234, 0x5678, new byte[12]);
        var error = PacketBytes.Icmp(3, 1, 0, 0, PacketBytes.IPv4(request, default, Target));
        return
        [
            PacketBytes.IPv4(PacketBytes.Icmp(0, 0, 0x1234, 0x5678, new byte[12]), Target, default),
            PacketBytes.IPv4(PacketBytes.Icmp(0, 0, 0x1234, 0x5678, new byte[13]), Target, default, options: 8),
            PacketBytes.IPv4(PacketBytes.Icmp(8, 0, 0x1234, 0x5678, new byte[12]), Target, default),
            PacketBytes.IPv4(error, Target, default),
            PacketBytes.IPv4(PacketBytes.Icmp(11, 0, 0, 0, PacketBytes.IPv4(request, default, Target, options: 4)), Target, default),
            error,
            PacketBytes.Icmp(129, 0, 0x1234, 0x5678, new byte[12]),
            PacketBytes.Icmp(1, 0, 0, 0, PacketBytes.IPv6(PacketBytes.Icmp(128, 0, 1, 2, new byte[12]), default, TargetV6)),
        ];
    }

    private static int Randomize(Random random, byte[] packet)
    {
        random.NextBytes(packet);
        // Else nearly none would get past its first byte.
        packet[0] = random.Next(4) == 0 ? packet[0] : (byte)(0x40 | random.Next(4, 8));
        packet[20] = random.Next(2) == 0 ? packet[20] : (byte)random.Next(13);
        return random.Next(Longest + 1);
    }

    private static int Mutate(Random random, byte[] genuine, byte[] packet)
    {
        genuine.CopyTo(packet, 0);
        for (var flips = random.Next(4); flips > 0; flips--)
        {
            packet[random.Next(genuine.Length)] ^= (byte)(1 << random.Next(8));
        }

        var length = random.Next(4) == 0 ? random.Next(genuine.Length + 8) : genuine.Length;
        if (random.Next(2) == 0 && length >= 28)
        {
            PacketBytes.WriteChecksum(packet.AsSpan(20, length - 20));
        }

        return length;
    }
}
