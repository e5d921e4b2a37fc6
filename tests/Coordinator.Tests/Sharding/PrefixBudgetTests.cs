using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Tests.Sharding;

public sealed class PrefixBudgetTests
{
    private static readonly PrefixLimit Limit = new() { Rate = 200 };

    [Fact]
    public void Even_prefixes_share_the_rate_of_all_of_them()
    {
        // 100 prefixes of 256 targets: 100 x 200 pings/s, with the margin.
        var addresses = IPv4("10.0.0.0", 100 * 256);

        Assert.Equal(16_000, PrefixBudget.RateFor(addresses, Limit));
    }

    [Fact]
    public void Densest_prefix_decides()
    {
        // 256 targets of 356 are in one /24, so it gets 256/356 of the pings.
        TargetAddress[] addresses = [.. IPv4("10.0.0.0", 256), .. Enumerable.Range(1, 100).Select(i => TargetAddress.Parse($"10.1.{i}.1"))];

        Assert.Equal((int)(200 * 356 / 256.0 * 0.8), PrefixBudget.RateFor(addresses, Limit));
    }

    [Fact]
    public void Order_of_the_list_does_not_matter()
    {
        var addresses = IPv4("10.0.0.0", 1000);
        var shuffled = addresses.ToArray();
        new Random(7).Shuffle(shuffled);

        Assert.Equal(PrefixBudget.RateFor(addresses, Limit), PrefixBudget.RateFor(shuffled, Limit));
    }

    [Fact]
    public void Each_family_has_its_own_prefix_length()
    {
        TargetAddress[] addresses =
        [
            .. IPv4("10.0.0.0", 10),
            .. Enumerable.Range(1, 40).Select(i => TargetAddress.Parse($"2001:db8:1:{i:x}::1")),
            .. Enumerable.Range(1, 50).Select(i => TargetAddress.Parse($"2001:db8:{i + 1:x}::1")),
        ];

        // 100 targets, 40 of them in one /48; with /64 the 10 of the IPv4 prefix are the densest.
        Assert.Equal(400, PrefixBudget.RateFor(addresses, Limit));
        Assert.Equal(1600, PrefixBudget.RateFor(addresses, Limit with { IPv6 = 64 }));
    }

    [Theory]
    [InlineData("10.0.0.1", 32, 128)]
    [InlineData("2001:db8::1", 32, 128)]
    [InlineData("10.0.0.1", 1, 1)]
    public void Longest_and_shortest_prefixes_are_cut_right(string address, int ipv4, int ipv6)
    {
        var first = TargetAddress.Parse(address);
        TargetAddress[] addresses = [first, new TargetAddress(first.Value + 1)];

        var expected = ipv4 == 32 ? 320 : 160;
        Assert.Equal(expected, PrefixBudget.RateFor(addresses, new PrefixLimit { IPv4 = ipv4, IPv6 = ipv6, Rate = 200 }));
    }

    [Fact]
    public void Without_a_limit_or_targets_there_is_no_rate()
    {
        Assert.Null(PrefixBudget.RateFor(IPv4("10.0.0.0", 10), null));
        Assert.Null(PrefixBudget.RateFor([], Limit));
    }

    [Fact]
    public void Rate_is_never_below_one_nor_beyond_a_number()
    {
        Assert.Equal(1, PrefixBudget.RateFor(IPv4("10.0.0.0", 1), Limit with { Rate = 1 }));
        Assert.Equal(int.MaxValue, PrefixBudget.RateFor(IPv4("10.0.0.0", 1000), Limit with { Rate = int.MaxValue }));
    }

    private static TargetAddress[] IPv4(string first, int count)
    {
        var start = TargetAddress.Parse(first).IPv4;
        return [.. Enumerable.Range(0, count).Select(i => TargetAddress.FromIPv4(start + (uint)i))];
    }
}
