using System.Buffers.Binary;
using System.Text;
using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class EchoTemplateTests
{
    private const long Ping = 0x1_89AB_CDEF;
    private const ulong Proof = 0x0011_2233_4455_6677;

    private static readonly byte[] Token = [0x89, 0xAB, 0xCD, 0xEF, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];

    public static TheoryData<int> Sizes => [.. Enumerable.Range(0, 101)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Ping_of_any_size_has_id_sequence_token_and_a_right_checksum(int size)
    {
        var packet = Patched(new EchoTemplate(ipv4: true, size), 0xBEEF, Ping, Proof);

        Assert.Equal(8 + size, packet.Length);
        Assert.Equal((8, 0), (packet[0], packet[1]));
        Assert.Equal(0xBEEF, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)));
        Assert.Equal(0xCDEF, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6)));
        Assert.Equal(Token[..Math.Min(size, 12)], packet[8..Math.Min(8 + size, 20)]);
        Assert.True(InternetChecksum.IsValid(packet));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Patching_again_leaves_nothing_of_the_ping_before(int size)
    {
        var template = new EchoTemplate(ipv4: true, size);
        var fresh = Patched(template, 7, 42, 43);
        var reused = Patched(template, 0xFFFF, -1, ulong.MaxValue);

        template.Patch(reused, 7, 42, 43);

        Assert.Equal(fresh, reused);
    }

    [Fact]
    public void Request_of_IPv6_has_its_own_type() => Assert.Equal(128, Patched(new EchoTemplate(ipv4: false, 12), 1, 2, 3)[0]);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(56)]
    public void Token_is_recognised_and_any_flipped_bit_of_it_is_not(int size)
    {
        var payload = Patched(new EchoTemplate(ipv4: true, size), 1, Ping, Proof)[8..];
        Assert.True(EchoTemplate.HasToken(payload, Ping, Proof));
        for (var bit = 0; bit < Math.Min(size, 12) * 8; bit++)
        {
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EchoTemplate.HasToken(payload, Ping, Proof));
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(27)]
    [InlineData(64)]
    public void Text_stands_behind_the_token_under_a_right_checksum(int size)
    {
        var packet = Patched(new EchoTemplate(ipv4: true, size, "noc@example.com"), 1, Ping, Proof);

        Assert.Equal("noc@example.com", Encoding.UTF8.GetString(packet, 8 + 12, 15));
        Assert.Equal(Token, packet[8..20]);
        Assert.True(InternetChecksum.IsValid(packet));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(12, true)]
    public void Number_is_read_where_there_is_room_for_it(int size, bool hasRoom) =>
        Assert.Equal(hasRoom ? 0x89ABCDEFu : null, EchoTemplate.NumberOf(Patched(new EchoTemplate(ipv4: true, size), 1, Ping, Proof).AsSpan(8)));

    private static byte[] Patched(EchoTemplate template, ushort id, long ping, ulong proof)
    {
        var packet = new byte[template.Length];
        template.CopyTo(packet);
        template.Patch(packet, id, ping, proof);
        return packet;
    }
}
