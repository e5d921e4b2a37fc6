using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;
using FsCheck;
using FsCheck.Fluent;

namespace FpingCluster.Coordinator.Tests.Sharding;

public sealed class ShardPlannerTests
{
    private static readonly Gen<TargetAddress> AnyAddress =
        from number in Gen.Choose(0, 20_000)
        select number % 3 == 0 ? new TargetAddress(((UInt128)0x2001_0DB8 << 96) + (UInt128)number) : TargetAddress.FromIPv4(0x0A00_0000u + (uint)number);

    private static readonly Arbitrary<(TargetAddress[] Addresses, int Bucket)> AnyList = (
        from count in Gen.Choose(0, 1_500)
        from addresses in AnyAddress.ArrayOf(count)
        from bucket in Gen.Choose(1, 100)
        select (addresses.Distinct().ToArray(), bucket)).ToArbitrary();

    [Fact]
    public void Plan_puts_every_target_into_exactly_one_shard_of_at_most_a_bucket() => Prop.ForAll(AnyList, input =>
    {
        var map = ShardPlanner.Plan(Lists.Of(input.Addresses), input.Bucket);

        Assert.Equal(Enumerable.Range(0, input.Addresses.Length), map.Shards.SelectMany(shard => shard.Targets.ToArray()).Order());
        Assert.All(map.Shards, shard => Assert.InRange(shard.TargetCount, 1, input.Bucket));
        Assert.All(map.Shards.Index(), shard => Assert.Equal(shard.Index, map.IndexOf(shard.Item.Id)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Plan_puts_IPv4_before_IPv6_in_each_shard() => Prop.ForAll(AnyList, input =>
    {
        var list = Lists.Of(input.Addresses);
        foreach (var shard in ShardPlanner.Plan(list, input.Bucket).Shards)
        {
            var families = shard.Targets.ToArray().Select(target => list.Addresses[target].IsIPv4).ToArray();
            Assert.Equal(families.OrderByDescending(isIPv4 => isIPv4), families);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Plan_of_the_same_set_in_another_order_has_the_same_shards() => Prop.ForAll(AnyList, input =>
    {
        var shuffled = input.Addresses.ToArray();
        new Random(1).Shuffle(shuffled);

        Assert.Equal(Contents(input.Addresses, input.Bucket), Contents(shuffled, input.Bucket));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_target_more_or_less_changes_one_shard_or_splits_or_merges_one() => Prop.ForAll(AnyList, input =>
    {
        if (input.Addresses.Length == 0)
        {
            return;
        }

        var with = Contents(input.Addresses, input.Bucket);
        var without = Contents(input.Addresses[..^1], input.Bucket);
        var only = with.Except(without).ToArray();
        var former = without.Except(with).ToArray();

        Assert.NotEmpty(only);
        Assert.InRange(former.Length, 0, 1);
        if (former is [var (old, _)])
        {
            // The shard itself, or all that it was split into: its descendants in the tree.
            Assert.All(only, pair => Assert.True(IsWithin(pair.Shard, old), $"{pair.Shard} is not part of {old}"));
        }
        else
        {
            Assert.Single(only);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shards_are_more_than_half_full_on_average()
    {
        var map = Lists.Map(200_000, bucket: 500);

        Assert.InRange(map.Shards.Count, 400, 800);
    }

    [Fact]
    public void Plan_of_no_targets_has_no_shards()
    {
        var map = ShardPlanner.Plan(Lists.Of(), bucket: 500);

        Assert.Empty(map.Shards);
        Assert.Equal(-1, map.IndexOf(new ShardId(1)));
    }

    private static (ShardId Shard, ShardContentHash Content)[] Contents(IEnumerable<TargetAddress> addresses, int bucket) =>
        [.. ShardPlanner.Plan(Lists.Of(addresses), bucket).Shards.Select(shard => (shard.Id, shard.Content))];

    private static bool IsWithin(ShardId shard, ShardId ancestor)
    {
        var node = shard.Value;
        while (node > ancestor.Value)
        {
            node /= 2;
        }

        return node == ancestor.Value;
    }
}
