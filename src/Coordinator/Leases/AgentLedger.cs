using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>What one agent has to do in a round. Both queues may hold shards that have moved on; <see cref="Owns"/> tells.</summary>
internal sealed class AgentLedger(PlacementAgent agent)
{
    public AgentId Id => agent.Id;

    public PlacementAgent Agent => agent;

    /// <summary>False once it drains: it finishes what it holds and gets nothing more.</summary>
    public bool TakesShards { get; set; } = true;

    public Queue<LeaseEntry> Pending { get; private set; } = new();

    /// <summary>In the order of granting, which is the order in which an agent begins them.</summary>
    public List<LeaseEntry> Leased { get; } = [];

    public int PendingTargets { get; set; }

    public int LeasedTargets { get; set; }

    public bool IsIdle => PendingTargets == 0 && LeasedTargets == 0;

    public bool Owns(LeaseEntry shard, ShardPhase phase) => shard.Agent == this && shard.Phase == phase;

    /// <summary>Takes the later half of what waits for this agent out of its queue (all of it when only one shard waits).</summary>
    public IReadOnlyList<LeaseEntry> YieldPending()
    {
        var waiting = Pending.Where(shard => Owns(shard, ShardPhase.Pending)).ToList();
        Pending = new Queue<LeaseEntry>(waiting.Take(waiting.Count / 2));
        return waiting[(waiting.Count / 2)..];
    }

    /// <summary>The later half of its leases that nobody has asked back yet: those it has most probably not begun.</summary>
    public IReadOnlyList<LeaseEntry> Yieldable()
    {
        Leased.RemoveAll(shard => !Owns(shard, ShardPhase.Leased));
        var open = Leased.Where(shard => shard.PromisedTo is null).ToList();
        return open[(open.Count / 2)..];
    }
}
