using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

// What becomes of the leases of an agent that comes back.
internal sealed partial class LeaseTable
{
    /// <summary>
    /// An agent is back within its grace. What it does not hold though the table says so never reached it, and is to be leased again;
    /// what it holds without right comes back to be revoked.
    /// </summary>
    public IReadOnlyList<LeaseKey> Reconcile(AgentId agent, IReadOnlyCollection<LeaseKey> held)
    {
        var unfounded = new List<LeaseKey>();
        var kept = new HashSet<LeaseEntry>();
        _agents.TryGetValue(agent, out var ledger);
        foreach (var key in held)
        {
            var shard = Find(key.Shard);
            if (shard is null || !shard.Admits(key.Epoch) || ledger is null)
            {
                unfounded.Add(key);
                continue;
            }

            Move(shard, ShardPhase.Leased, ledger);
            kept.Add(shard);
        }

        Place([.. _shards.Where(shard => ledger is not null && ledger.Owns(shard, ShardPhase.Leased) && !kept.Contains(shard))]);
        return unfounded;
    }
}
