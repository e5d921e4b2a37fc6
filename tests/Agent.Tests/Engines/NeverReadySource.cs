using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>A source whose next shard never comes.</summary>
internal sealed class NeverReadySource : IShardSource
{
    public int ReadyTargets => 0;

    public async ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return [];
    }
}
