using System.Buffers.Binary;
using System.Security.Cryptography;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class PackedAddressesTests
{
    private static readonly TargetAddress[] Mixed =
        [TargetAddress.Parse("10.0.0.2"), TargetAddress.Parse("1.2.3.4"), TargetAddress.Parse("2001:db8::1"), TargetAddress.Parse("::1")];

    [Fact]
    public void Packed_addresses_unpack_to_the_same_in_the_same_order()
    {
        var packed = PackedAddresses.Pack(Mixed);

        Assert.Equal([10, 0, 0, 2, 1, 2, 3, 4], packed.IPv4.ToArray());
        Assert.Equal(32, packed.IPv6.Length);
        Assert.True(PackedAddresses.TryUnpack(packed.IPv4.Span, packed.IPv6.Span, out var addresses, out var problem), problem);
        Assert.Equal(Mixed, addresses);
    }

    [Fact]
    public void Hash_is_the_begin_of_the_SHA256_of_both_columns()
    {
        var packed = PackedAddresses.Pack(Mixed);

        var whole = SHA256.HashData([.. packed.IPv4.Span, .. packed.IPv6.Span]);
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(whole), packed.ComputeHash().Value);
        Assert.Equal("e3b0c44298fc1c14", PackedAddresses.Pack([]).ComputeHash().ToString());
    }

    [Fact]
    public void IPv4_behind_IPv6_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => PackedAddresses.Pack([Mixed[2], Mixed[0]]));

        Assert.StartsWith("10.0.0.2 stands behind an IPv6 address", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 0, "ipv4 has 5 bytes, which is no multiple of 4")]
    [InlineData(4, 15, "ipv6 has 15 bytes, which is no multiple of 16")]
    public void Columns_of_a_wrong_length_are_refused(int ipv4, int ipv6, string expected)
    {
        Assert.False(PackedAddresses.TryUnpack(new byte[ipv4], new byte[ipv6], out var addresses, out var problem));
        Assert.Equal(expected, problem);
        Assert.Empty(addresses);
    }

    [Fact]
    public void IPv4_mapped_address_in_the_IPv6_column_is_refused()
    {
        byte[] mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 7];

        Assert.False(PackedAddresses.TryUnpack([], mapped, out _, out var problem));
        Assert.Equal("ipv6 holds the IPv4-mapped address of 10.0.0.7, which belongs into ipv4", problem);
    }
}
