using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Takes shards when workers are free, cuts them into buckets and keeps as many processes running as layout and rate allow. One loop owns all state;
/// it ends when the source has ended and every bucket too, or by cancellation, which kills all processes.
/// </summary>
internal sealed partial class FpingDispatcher(
    IShardSource source, FpingProcess process, FpingMerger merger, IEngineRate limit, FpingPace pace, ILogger logger)
{
    private readonly LinkedList<FpingBucket> _waiting = [];
    private readonly Dictionary<Task<FpingBucketEnd>, FpingSlot> _running = [];
    private readonly Dictionary<Probe, FpingLayout> _layouts = [];
    private FpingLayout? _lastLayout;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<IReadOnlyList<ShardAssignment>>? taking = null;
        var sourceEnded = false;
        try
        {
            while (true)
            {
                StartWaiting(stop.Token);
                if (!sourceEnded && _waiting.Count == 0)
                {
                    taking ??= Take(stop.Token);
                }

                if (taking is null && _running.Count == 0)
                {
                    return;
                }

                await Task.WhenAny([.. _running.Keys, .. taking is null ? (Task[])[] : [taking]]);
                if (taking is { IsCompleted: true })
                {
                    var shards = await taking;
                    taking = null;
                    sourceEnded = shards.Count == 0;
                    Enqueue(shards);
                }

                await FinishEndedAsync();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([.. _running.Keys, .. taking is null ? (Task[])[] : [taking]]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            limit.SetUnderWay(0);
        }
    }

    /// <summary>Null when no worker is free. The first take is one shard: how many to take at once depends on its probe.</summary>
    private Task<IReadOnlyList<ShardAssignment>>? Take(CancellationToken cancellationToken)
    {
        var most = _lastLayout is null ? 1 : _lastLayout.TargetsFor(pace.FreeWorkers(_lastLayout), source.ReadyTargets);
        return most == 0 ? null : source.TakeAsync(most, cancellationToken).AsTask();
    }

    private void Enqueue(IReadOnlyList<ShardAssignment> shards)
    {
        foreach (var shard in shards.Where(shard => shard.Targets.Length == 0))
        {
            merger.CompleteEmpty(shard);
        }

        var probed = shards.Where(shard => shard.Targets.Length > 0).ToList();
        if (probed.Count > 0)
        {
            var layout = LayoutFor(probed[0].Probe);
            foreach (var bucket in FpingBucketCutter.Cut(probed, layout, Math.Max(1, pace.FreeWorkers(layout))))
            {
                _waiting.AddLast(bucket);
            }
        }
    }

    private void StartWaiting(CancellationToken cancellationToken)
    {
        while (_waiting.First is { Value: var bucket })
        {
            if (pace.TryStart(LayoutFor(bucket.Probe), bucket) is not { } slot)
            {
                return;
            }

            _waiting.RemoveFirst();
            _running.Add(Task.Run(() => process.RunAsync(bucket, slot.Interval, cancellationToken), CancellationToken.None), slot);
        }
    }

    private async Task FinishEndedAsync()
    {
        foreach (var ended in _running.Keys.Where(task => task.IsCompleted).ToList())
        {
            _running.Remove(ended, out var slot);
            pace.Ended(slot);
            if (merger.Merge(await ended, slot) is { } again)
            {
                _waiting.AddFirst(again);
            }
        }
    }

    /// <summary>Planned anew for each bucket, because the rate may have changed since the last.</summary>
    private FpingLayout LayoutFor(Probe probe)
    {
        var layout = FpingLayoutPlanner.Plan(probe, limit.PingsPerSecond, Environment.ProcessorCount);
        if (!_layouts.TryGetValue(probe, out var known) || known != layout)
        {
            _layouts[probe] = layout;
            Log.LayoutChosen(logger, layout.Kind, layout.Why);
        }

        return _lastLayout = layout;
    }
}
