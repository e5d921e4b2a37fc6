using FpingCluster.Agent.Assignments;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>Cuts taken shards into buckets: evenly, of one family each, over no more processes than is worthwhile.</summary>
internal static class FpingBucketCutter
{
    public static IEnumerable<FpingBucket> Cut(IReadOnlyList<ShardAssignment> assignments, FpingLayout layout, int freeWorkers)
    {
        var shards = assignments.Select(assignment => new ShardProgress(assignment)).ToArray();
        var targets = shards.SelectMany(shard => Enumerable.Range(0, shard.Assignment.Targets.Length).Select(i => new FpingTarget(shard, i)));
        foreach (var family in targets.GroupBy(target => target.Address.IsIPv4))
        {
            var ofFamily = family.ToArray();
            var buckets = layout.BucketsFor(ofFamily.Length, freeWorkers);
            for (var i = 0; i < buckets; i++)
            {
                var start = (int)((long)ofFamily.Length * i / buckets);
                var end = (int)((long)ofFamily.Length * (i + 1) / buckets);
                yield return new FpingBucket(assignments[0].Probe, ofFamily[start..end]);
            }
        }
    }
}
