using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>Hands out the given shards, then ends, or stays open until cancelled.</summary>
internal sealed class ListShardSource(IEnumerable<ShardAssignment> shards, bool staysOpen = false) : IShardSource
{
    private readonly Lock _gate = new();
    private readonly Queue<ShardAssignment> _ready = new(shards);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The last shard was taken.</summary>
    public Task Drained => _drained.Task;

    public int ReadyShards
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count;
            }
        }
    }

    public int ReadyTargets
    {
        get
        {
            lock (_gate)
            {
                return _ready.Sum(shard => shard.Targets.Length);
            }
        }
    }

    public async ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
    {
        Assert.True(maxTargets > 0);
        var taken = TakeReady(maxTargets);
        if (taken.Count == 0 && staysOpen)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        return taken;
    }

    private List<ShardAssignment> TakeReady(int maxTargets)
    {
        lock (_gate)
        {
            var taken = new List<ShardAssignment>();
            while (_ready.TryPeek(out var next)
                && (taken.Count == 0 || (taken[0].Probe == next.Probe && taken.Sum(shard => shard.Targets.Length) + next.Targets.Length <= maxTargets)))
            {
                taken.Add(_ready.Dequeue());
            }

            if (_ready.Count == 0)
            {
                _drained.TrySetResult();
            }

            return taken;
        }
    }
}
