using System.Buffers.Binary;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Answers that are nearly right, through a whole lane's receiving half: none of them counts.</summary>
public sealed class ReplyFuzzTests(ITestOutputHelper output)
{
    private const int InFlight = 30;

    private static readonly Probe Once = new() { Count = 1, Timeout = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Answer_with_any_single_bit_flipped_does_not_count(bool isRaw, bool ipv4)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = SentLane(mode, ipv4);
        var (genuine, header) = Genuine(lane, mode, ipv4, ping: 17);
        for (var bit = header * 8; bit < genuine.Length * 8; bit++)
        {
            // Code and checksum hold nothing that tells pings apart; behind an IPv4 header a flip in them is found out too.
            if (header == 0 && bit / 8 is 1 or 2 or 3)
            {
                continue;
            }

            var flipped = (byte[])genuine.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Deliver(lane, ipv4, flipped, Address(ipv4, 17));
            Assert.True(lane.Book.Counters.Answered == 0, $"bit {bit}");

            if (header > 0 && bit / 8 - header is not (1 or 2 or 3))
            {
                // Even when who flipped it made the checksum right again.
                PacketBytes.WriteChecksum(flipped.AsSpan(header));
                Deliver(lane, ipv4, flipped, Address(ipv4, 17));
                Assert.True(lane.Book.Counters.Answered == 0, $"bit {bit} with its checksum");
            }
        }

        Deliver(lane, ipv4, genuine, Address(ipv4, 17));
        Assert.Equal(1, lane.Book.Counters.Answered);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Answer_of_another_length_or_from_another_address_does_not_count(bool isRaw, bool ipv4)
    {
        var mode = isRaw ? SocketMode.Raw : SocketMode.Datagram;
        using var lane = SentLane(mode, ipv4);
        var (genuine, header) = Genuine(lane, mode, ipv4, ping: 17);
        for (var length = 0; length <= genuine.Length + 12; length++)
        {
            var cut = new byte[length];
            genuine.AsSpan(0, Math.Min(length, genuine.Length)).CopyTo(cut);
            if (length >= header + 8)
            {
                PacketBytes.WriteChecksum(cut.AsSpan(header));
            }

            if (length != genuine.Length)
            {
                Deliver(lane, ipv4, cut, Address(ipv4, 17));
            }
        }

        foreach (var other in Enumerable.Range(0, InFlight).Where(target => target != 17))
        {
            Deliver(lane, ipv4, genuine, Address(ipv4, other));
        }

        Assert.Equal(0, lane.Book.Counters.Answered);
        Deliver(lane, ipv4, genuine, Address(ipv4, 17));
        Assert.Equal(1, lane.Book.Counters.Answered);
    }

    [Fact]
    public void Random_answers_and_errors_about_pings_in_flight_never_count()
    {
        const int Seed = 4443, Packets = 300_000;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        using var lane = SentLane(SocketMode.Raw, ipv4: true);
        var payload = new byte[12];
        for (var i = 0; i < Packets; i++)
        {
            random.NextBytes(payload);
            var ping = random.Next(InFlight);
            BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)ping);
            if (i % 2 == 0)
            {
                // Half of the proof is right.
                BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), (uint)(lane.Book.ProofOf(ping) >> 32));
            }

            var icmp = PacketBytes.Icmp((byte)(i % 5 == 0 ? random.Next(13) : 0), 0, lane.IPv4.Id, (ushort)ping, payload.AsSpan(0, i % 11 == 0 ? random.Next(12) : 12));
            lane.IPv4.Deliver(PacketBytes.IPv4(icmp, Address(ipv4: true, ping), default), Address(ipv4: true, ping));
            if (i % 64 == 63)
            {
                lane.Receiver.Drain();
            }
        }

        lane.Receiver.Drain();
        var counters = lane.Book.Counters;
        Assert.Equal((0L, 0L, 0L, 0L), (counters.Answered, counters.Errors, counters.Duplicates, counters.Late));
        Assert.True(counters.Forged > Packets / 2);
    }

    private static void Deliver(LaneUnderTest lane, bool ipv4, byte[] packet, TargetAddress source)
    {
        (ipv4 ? lane.IPv4 : lane.IPv6).Deliver(packet, source);
        lane.Receiver.Drain();
    }

    private static (byte[] Packet, int Header) Genuine(LaneUnderTest lane, SocketMode mode, bool ipv4, int ping)
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)ping);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(4), lane.Book.ProofOf(ping));
        var icmp = PacketBytes.Icmp(ipv4 ? (byte)0 : (byte)129, 0, (ipv4 ? lane.IPv4 : lane.IPv6).Id, (ushort)ping, payload);
        return ipv4 && mode == SocketMode.Raw ? (PacketBytes.IPv4(icmp, Address(ipv4, ping), default), 20) : (icmp, 0);
    }

    private static TargetAddress Address(bool ipv4, int target) =>
        ipv4 ? Shards.LoopbackAddresses(1, target)[0] : TargetAddress.Parse($"fd00::{target + 1}");

    /// <summary>Ping n went to address n.</summary>
    private static LaneUnderTest SentLane(SocketMode mode, bool ipv4)
    {
        var lane = new LaneUnderTest(mode);
        lane.IPv4.Answers = lane.IPv6.Answers = _ => false;
        for (var i = 0; i < InFlight; i++)
        {
            lane.Add(Shards.Of([Address(ipv4, i)], Once, i + 1));
        }

        lane.Send();
        return lane;
    }
}
