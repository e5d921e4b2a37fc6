using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>What one agent has to do in a round. Both queues may hold shards that have moved on, or one twice; <see cref="Owns"/> tells.</summary>
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

    /// <summary>Of what waits for this agent these come next.</summary>
    public void PutFirst(IEnumerable<LeaseEntry> shards) => Pending = new Queue<LeaseEntry>(shards.Concat(Pending));

    /// <summary>The later half of what waits for this agent and the other may take (all of it when that is one shard).</summary>
    public IReadOnlyList<LeaseEntry> YieldPending(AgentId other)
    {
        Pending = new Queue<LeaseEntry>(Pending.Where(shard => Owns(shard, ShardPhase.Pending)).Distinct());
        var open = Pending.Where(shard => !shard.FailedBy.Contains(other)).ToList();
        return open[(open.Count / 2)..];
    }

    /// <summary>The later half of its leases that nobody has asked back yet and the other may take: those it has most probably not begun.</summary>
    public IReadOnlyList<LeaseEntry> YieldLeased(AgentId other)
    {
        Leased.RemoveAll(shard => !Owns(shard, ShardPhase.Leased));
        var open = Leased.Distinct().Where(shard => shard.PromisedTo is null && !shard.FailedBy.Contains(other)).ToList();
        return open[(open.Count / 2)..];
    }
}
