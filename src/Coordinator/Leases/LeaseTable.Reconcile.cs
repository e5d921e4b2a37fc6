using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

// What becomes of the leases of an agent that comes back.
internal sealed partial class LeaseTable
{
    /// <summary>
    /// An agent is back, within its grace or after a restart of the coordinator. What it does not hold though the table says so never reached it, and is to be
    /// leased again; what it holds without right comes back to be revoked.
    /// </summary>
    public IReadOnlyList<LeaseKey> Reconcile(AgentId agent, IReadOnlyCollection<LeaseKey> held)
    {
        var kept = new HashSet<LeaseEntry>();
        _agents.TryGetValue(agent, out var ledger);
        // Highest first: an agent may hold a shard anew while a result of an earlier lease of it waits for its ack.
        foreach (var key in held.OrderByDescending(key => key.Epoch.Value))
        {
            if (ledger is not null && Find(key.Shard) is { } shard && shard.IsLeaseOf(ledger, key.Epoch, _formerEpochsBegin, _formerEpochsEnd))
            {
                shard.Grant(agent, key.Epoch);
                Move(shard, ShardPhase.Leased, ledger);
                kept.Add(shard);
            }
        }

        Place([.. _shards.Where(shard => ledger is not null && ledger.Owns(shard, ShardPhase.Leased) && !kept.Contains(shard))]);
        // Shards are revoked whatever the epoch, so one that is kept is not named for its earlier leases.
        return [.. held.Where(key => Find(key.Shard) is not { } shard || !kept.Contains(shard))];
    }
}
