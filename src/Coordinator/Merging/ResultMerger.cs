using FpingCluster.Coordinator.Leases;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Merging;

/// <summary>
/// Merges the batches of one round: each shard once, counted when it is durable. An acknowledgement is never given for a result that could still be lost.
/// </summary>
internal sealed class ResultMerger(LeaseTable leases)
{
    private readonly Dictionary<ShardId, PendingCommit> _pending = [];

    public RoundTally Tally { get; } = new();

    /// <summary>Shards merged and not yet durable.</summary>
    public int Uncommitted => _pending.Count;

    public long Refused { get; private set; }

    /// <param name="sender">Who sends it; <paramref name="agent"/> is the name of that.</param>
    public MergeVerdict Offer(AgentId sender, LeaseKey key, ShardResult result, string agent, string engine, AckTracker acks, ulong sequence)
    {
        if (leases.TryMerge(sender, key))
        {
            _pending.Add(key.Shard, new PendingCommit(result, agent, engine, [(acks, sequence)]));
            return MergeVerdict.Merged;
        }

        if (_pending.TryGetValue(key.Shard, out var commit))
        {
            commit.Waiting.Add((acks, sequence));
            return MergeVerdict.Repeated;
        }

        Refused++;
        acks.Settle(sequence);
        return MergeVerdict.Refused;
    }

    /// <summary>The shard's result is durable: it counts, and everyone who sent it may forget it.</summary>
    public void Committed(ShardId shard)
    {
        if (_pending.Remove(shard, out var commit))
        {
            leases.MarkDone(shard);
            Tally.Add(commit.Result, commit.Agent, commit.Engine);
            foreach (var (acks, sequence) in commit.Waiting)
            {
                acks.Settle(sequence);
            }
        }
    }

    /// <summary>The shard's result is durable since before this coordinator began.</summary>
    public void Restore(ShardId shard, ShardResult result, string agent, string engine)
    {
        leases.MarkDone(shard);
        Tally.Add(result, agent, engine);
    }

    private sealed record PendingCommit(ShardResult Result, string Agent, string Engine, List<(AckTracker Acks, ulong Sequence)> Waiting);
}
