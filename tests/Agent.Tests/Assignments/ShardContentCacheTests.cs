using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Leases;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Assignments;

public class ShardContentCacheTests
{
    [Fact]
    public void Content_used_least_recently_goes_first()
    {
        var cache = new ShardContentCache(maxBytes: 2 * 3 * 16);
        cache.Add(Hash(1), Targets(1));
        cache.Add(Hash(2), Targets(2));
        Assert.NotNull(cache.Find(Hash(1)));

        cache.Add(Hash(3), Targets(3));

        Assert.Null(cache.Find(Hash(2)));
        Assert.Equal(Targets(1), cache.Find(Hash(1)));
        Assert.Equal(Targets(3), cache.Find(Hash(3)));
        Assert.Equal(2 * 3 * 16, cache.Bytes);
    }

    [Fact]
    public void Content_added_twice_is_kept_once()
    {
        var cache = new ShardContentCache();
        cache.Add(Hash(1), Targets(1));
        cache.Add(Hash(1), Targets(1));

        Assert.Equal(3 * 16, cache.Bytes);
    }

    [Fact]
    public void Content_larger_than_the_cache_stays_until_the_next_comes()
    {
        var cache = new ShardContentCache(maxBytes: 16);
        cache.Add(Hash(1), Targets(1));
        Assert.NotNull(cache.Find(Hash(1)));

        cache.Add(Hash(2), Targets(2));

        Assert.Null(cache.Find(Hash(1)));
        Assert.NotNull(cache.Find(Hash(2)));
    }

    private static ShardContentHash Hash(ulong value) => new(value);
}
