using FpingCluster.Agent.Cli;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Cli;

public class LocalShardSourceTests
{
    [Theory]
    [InlineData(0, 500, new int[] { })]
    [InlineData(1, 500, new[] { 1 })]
    [InlineData(500, 500, new[] { 500 })]
    [InlineData(501, 500, new[] { 250, 251 })]
    [InlineData(7, 2, new[] { 1, 2, 2, 2 })]
    public async Task Shards_are_even_and_at_most_a_bucket(int targets, int bucket, int[] sizes)
    {
        var (source, list) = Source(targets, bucket);
        var taken = await source.TakeAsync(int.MaxValue, CancellationToken.None);
        Assert.Equal(list.Addresses.ToArray(), taken.SelectMany(assignment => assignment.Targets));
        Assert.Equal(sizes, taken.Select(assignment => assignment.Targets.Length));
    }

    [Fact]
    public async Task Take_gives_at_most_what_was_asked_for_but_at_least_one_shard_until_none_is_left()
    {
        var (source, _) = Source(1000, 100);
        Assert.Equal(1000, source.ReadyTargets);
        Assert.Single(await source.TakeAsync(1, CancellationToken.None));
        Assert.Equal(3, (await source.TakeAsync(399, CancellationToken.None)).Count);
        Assert.Equal(600, source.ReadyTargets);
        Assert.Equal(6, (await source.TakeAsync(10_000, CancellationToken.None)).Count);
        Assert.Empty(await source.TakeAsync(10_000, CancellationToken.None));
        Assert.Equal(0, source.ReadyTargets);
    }

    [Fact]
    public async Task Shard_id_leads_back_to_the_places_in_the_list()
    {
        var (source, list) = Source(501, 500);
        foreach (var assignment in await source.TakeAsync(int.MaxValue, CancellationToken.None))
        {
            Assert.Equal(assignment.Targets, source.TargetsOf(assignment.Lease.Shard).Select(target => list.Addresses[target]));
        }
    }

    private static (LocalShardSource Source, TargetList List) Source(int targets, int bucket)
    {
        var list = TargetList.FromAddresses(Enumerable.Range(0, targets).Select(i => TargetAddress.FromIPv4(0x0A000000 + (uint)i)), "test");
        return (new LocalShardSource(list, new Probe { Bucket = bucket }), list);
    }
}
