using FpingCluster.Agent.Assignments;

namespace FpingCluster.Agent.Engines;

/// <summary>Where an engine takes its work from. A shard that was taken has begun: nobody else will be given it while its lease lasts.</summary>
internal interface IShardSource
{
    /// <summary>Targets in shards that are ready to be taken now.</summary>
    int ReadyTargets { get; }

    /// <summary>
    /// Waits until a shard is ready, then takes as many as hold at most <paramref name="maxTargets"/> targets, at least one shard, all with the same probe.
    /// Empty when no shard will ever come again.
    /// </summary>
    ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken);
}
