using FpingCluster.Coordinator.Jobs;
using FsCheck;
using FsCheck.Fluent;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class RateSharesTests
{
    private static readonly Arbitrary<(int Rate, int[] Capacities)> AnyCluster = (
        from agents in Gen.Choose(1, 30)
        from capacities in Gen.Choose(1, 200_000).ArrayOf(agents)
        from rate in Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(1, 3_000_000))
        select (rate, capacities)).ToArbitrary();

    [Fact]
    public void Without_a_limit_each_has_its_capacity() => Assert.Equal([100, 20], RateShares.Divide(null, [100, 20]));

    [Fact]
    public void Below_the_limit_each_has_its_capacity() => Assert.Equal([100, 20], RateShares.Divide(120, [100, 20]));

    [Fact]
    public void Above_the_limit_shares_follow_the_capacities() => Assert.Equal([30_000, 15_000, 14_999], RateShares.Divide(60_000, [40_000, 20_000, 19_999]));

    [Fact]
    public void The_weakest_has_one_ping_a_second() => Assert.Equal([99, 1], RateShares.Divide(100, [1_000_000, 1]));

    [Fact]
    public void Fewer_pings_than_agents_go_to_the_first() => Assert.Equal([1, 1, 0], RateShares.Divide(2, [20_000, 20_000, 20_000]));

    [Fact]
    public void No_agents_have_no_shares() => Assert.Empty(RateShares.Divide(10, []));

    [Fact]
    public void The_sum_is_never_above_the_limit_nor_a_share_above_the_capacity() => Prop.ForAll(AnyCluster, cluster =>
    {
        var shares = RateShares.Divide(cluster.Rate, cluster.Capacities);

        Assert.InRange(shares.Sum(share => (long)share), 1, cluster.Rate);
        Assert.All(shares.Zip(cluster.Capacities), pair => Assert.InRange(pair.First, cluster.Rate >= shares.Length ? 1 : 0, pair.Second));
    }).QuickCheckThrowOnFailure();
}
