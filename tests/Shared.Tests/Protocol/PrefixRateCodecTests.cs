using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Protocol;

public sealed class PrefixRateCodecTests
{
    [Fact]
    public void Rate_comes_back_cut_to_thousandths()
    {
        Assert.True(PrefixRateCodec.TryDecode(PrefixRateCodec.Encode(new PrefixRate(24, 48, 66.66666)), out var rate));

        Assert.Equal(new PrefixRate(24, 48, 66.666), rate);
    }

    [Theory]
    [InlineData(0, 48, 1)]
    [InlineData(33, 48, 1)]
    [InlineData(24, 0, 1)]
    [InlineData(24, 129, 1)]
    [InlineData(24, 48, 0)]
    public void What_is_no_prefix_or_no_rate_is_refused(uint ipv4, uint ipv6, uint rate) => Assert.False(
        PrefixRateCodec.TryDecode(new PrefixShare { Ipv4Bits = ipv4, Ipv6Bits = ipv6, MillipingsPerSecond = rate }, out _));

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.0")]
    [InlineData("2001:db8:1:2::3", "2001:db8:1::")]
    public void Prefix_of_an_address_is_its_first(string address, string prefix) =>
        Assert.Equal(TargetAddress.Parse(prefix), new PrefixRate(24, 48, 1).PrefixOf(TargetAddress.Parse(address)));
}
