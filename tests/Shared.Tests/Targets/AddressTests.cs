using System.Text;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("10.20.30.40", true)]
    [InlineData("1.2.3", false)]
    [InlineData("1.2.3.4.5", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("1.2.3.", false)]
    [InlineData(".1.2.3", false)]
    [InlineData("01.2.3.4", false)]
    [InlineData("1.2.3.00", false)]
    [InlineData("1.2.3.4 ", false)]
    [InlineData("1.2.3.-4", false)]
    [InlineData("0x1.2.3.4", false)]
    [InlineData("", false)]
    public void IPv4_is_read_alike_from_characters_and_bytes(string text, bool isAddress)
    {
        Assert.Equal(isAddress, TargetAddress.TryParse(text, out var fromText));
        Assert.Equal(isAddress, TargetAddress.TryParseIPv4(Encoding.UTF8.GetBytes(text), out var fromBytes));
        if (isAddress)
        {
            Assert.Equal(fromText, fromBytes);
            Assert.Equal(text, fromBytes.ToString());
        }
    }

    [Theory]
    [InlineData("10.0.0.0", false)]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.9", true)]
    [InlineData("10.0.0.10", false)]
    [InlineData("10.0.0.20", true)]
    [InlineData("9.255.255.255", false)]
    [InlineData("2001:db8::ffff", true)]
    [InlineData("2001:db9::", false)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    public void Set_of_ranges_contains_their_addresses(string address, bool contained) =>
        Assert.Equal(contained, Set("10.0.0.20", "10.0.0.5-10.0.0.9", "2001:db8::/32", "10.0.0.1-10.0.0.6", "ff00::/8", "fff0::/12").Contains(TargetAddress.Parse(address)));

    [Fact]
    public void Set_merges_ranges_that_overlap_or_touch() =>
        Assert.Equal(["10.0.0.0-10.0.0.9", "10.0.0.11"], Set("10.0.0.11", "10.0.0.4-10.0.0.9", "10.0.0.0-10.0.0.3", "10.0.0.1").Ranges.Select(range => range.ToString()));

    [Fact]
    public void Empty_set_contains_nothing() => Assert.False(AddressSet.Empty.Contains(TargetAddress.Parse("10.0.0.1")));

    [Theory]
    [InlineData("1.0.0.0", false)]
    [InlineData("223.255.255.255", false)]
    [InlineData("224.0.0.0", true)]
    [InlineData("0.255.255.255", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff00::", true)]
    public void Never_pinged_addresses_are_known_as_a_set(string address, bool contained) =>
        Assert.Equal(contained, NeverPinged.Addresses.Contains(TargetAddress.Parse(address)));

    [Fact]
    public void Addresses_make_a_list_without_names_in_their_order()
    {
        TargetAddress[] addresses = [TargetAddress.Parse("10.0.0.2"), TargetAddress.Parse("::1"), TargetAddress.Parse("10.0.0.2"), TargetAddress.Parse("10.0.0.1")];

        var list = TargetList.FromAddresses(addresses);

        Assert.Equal(["10.0.0.2", "::1", "10.0.0.1"], Reading.Rows(list));
        Assert.Empty(list.LabelNames);
        Assert.Equal(2, list.IndexOf(addresses[3]));
    }

    private static AddressSet Set(params string[] ranges) =>
        new(ranges.Select(text => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text)));
}
