using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>
/// The shards of a run without a coordinator: slices of the list in its order, at most a bucket each and of even size. Shard n, counted from 1, is slice n - 1.
/// From any thread.
/// </summary>
internal sealed class LocalShardSource(TargetList list, Probe probe) : IShardSource
{
    private readonly Lock _gate = new();
    private int _taken;

    public int ShardCount { get; } = (list.Count + probe.Bucket - 1) / probe.Bucket;

    public int ReadyTargets
    {
        get
        {
            lock (_gate)
            {
                return list.Count - FirstOf(_taken);
            }
        }
    }

    public ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var taken = new List<ShardAssignment>();
        lock (_gate)
        {
            var first = FirstOf(_taken);
            while (_taken < ShardCount && (taken.Count == 0 || FirstOf(_taken + 1) - first <= maxTargets))
            {
                taken.Add(Assignment(_taken++));
            }
        }

        return ValueTask.FromResult<IReadOnlyList<ShardAssignment>>(taken);
    }

    /// <summary>The list's indexes of a shard's targets.</summary>
    public int[] TargetsOf(ShardId shard)
    {
        var slice = (int)shard.Value - 1;
        return [.. Enumerable.Range(FirstOf(slice), FirstOf(slice + 1) - FirstOf(slice))];
    }

    private ShardAssignment Assignment(int slice) => new(
        new LeaseKey(new RoundId(1), new ShardId((ulong)slice + 1), new LeaseEpoch(1)),
        list.Addresses[FirstOf(slice)..FirstOf(slice + 1)].ToArray(),
        probe);

    private int FirstOf(int slice) => ShardCount == 0 ? 0 : (int)((long)list.Count * slice / ShardCount);
}
