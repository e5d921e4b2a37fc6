using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingBucketCutterTests
{
    private static readonly Probe Pyfping = new() { Layout = FpingLayoutKind.Pyfping };

    [Theory]
    [InlineData(1, 143, 72)]
    [InlineData(7, 333, 3)]
    [InlineData(1, 60_000, 8)]
    public void Every_target_is_in_one_bucket_and_buckets_are_even(int shards, int targets, int freeWorkers)
    {
        var assignments = Shards.Many(shards, targets, Pyfping);

        var buckets = FpingBucketCutter.Cut(assignments, FpingLayoutPlanner.Plan(Pyfping, 20_000, 2), freeWorkers).ToList();

        Assert.Equal(
            assignments.SelectMany(shard => shard.Targets).Order(),
            buckets.SelectMany(bucket => bucket.Addresses()).Order());
        Assert.InRange(buckets.Max(bucket => bucket.Targets.Length) - buckets.Min(bucket => bucket.Targets.Length), 0, 1);
        Assert.All(buckets, bucket => Assert.InRange(bucket.Targets.Length, 1, 500));
    }

    [Fact]
    public void Families_are_never_mixed()
    {
        var shard = Shards.Of([.. new[] { "127.0.0.1", "::1", "127.0.0.2", "::2" }.Select(TargetAddress.Parse)], Pyfping);

        var buckets = FpingBucketCutter.Cut([shard], FpingLayoutPlanner.Plan(Pyfping, 20_000, 2), 8).ToList();

        Assert.Equal(["127.0.0.1\n127.0.0.2\n", "::1\n::2\n"], buckets.Select(bucket => System.Text.Encoding.ASCII.GetString(bucket.ToInput())));
        Assert.Equal([1, 3], buckets[1].Targets.Select(target => target.Index));
    }

    [Fact]
    public void Shard_too_big_for_one_process_is_spread_over_several()
    {
        var probe = new Probe { Count = 1_000 };

        var buckets = FpingBucketCutter.Cut(Shards.Many(1, 500, probe), FpingLayoutPlanner.Plan(probe, 20_000, 2), 1).ToList();

        Assert.All(buckets, bucket => Assert.InRange(bucket.Targets.Length * probe.Count, 1, ProbeRules.FpingSequences));
        Assert.Single(buckets.SelectMany(bucket => bucket.Targets).Select(target => target.Shard).Distinct());
    }
}
