using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class InternetChecksumTests
{
    [Fact]
    public void Example_of_RFC_1071_has_its_sum()
    {
        byte[] bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];

        Assert.Equal(0x2ddf0u, InternetChecksum.Sum(bytes));
        Assert.Equal(0x220d, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));
    }

    [Theory]
    [InlineData(new byte[0], 0xFFFF)]
    [InlineData(new byte[] { 0x12 }, 0xEDFF)]
    [InlineData(new byte[] { 0x12, 0x34, 0x56 }, 0x97CB)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, 0)]
    public void Odd_byte_at_the_end_is_the_high_half_of_a_word(byte[] bytes, int checksum) =>
        Assert.Equal(checksum, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));

    [Fact]
    public void Parts_of_even_length_add_up_to_the_whole()
    {
        var bytes = new byte[101];
        new Random(1).NextBytes(bytes);
        for (var cut = 0; cut <= 100; cut += 2)
        {
            Assert.Equal(InternetChecksum.Sum(bytes), InternetChecksum.Sum(bytes.AsSpan(cut), InternetChecksum.Sum(bytes.AsSpan(0, cut))));
        }
    }

    [Fact]
    public void Longest_packet_does_not_overflow_the_sum()
    {
        var bytes = new byte[65_535];
        Array.Fill(bytes, (byte)0xFF);

        // 32,767 words of ones, which is zero in ones' complement, and 0xFF00.
        Assert.Equal(0x00FF, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));
    }

    [Fact]
    public void Bytes_with_their_checksum_are_valid_until_a_bit_flips()
    {
        var packet = PacketBytes.Icmp(8, 0, 0x1234, 1, "abcde"u8);
        Assert.True(InternetChecksum.IsValid(packet));
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(InternetChecksum.IsValid(packet));
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
