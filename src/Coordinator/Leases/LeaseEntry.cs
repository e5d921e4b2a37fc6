using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>What the lease table knows of one shard.</summary>
internal sealed class LeaseEntry(int index, int targets)
{
    public int Index => index;

    public int Targets => targets;

    public ShardPhase Phase { get; set; }

    /// <summary>Of the last grant; 0 before the first.</summary>
    public LeaseEpoch Epoch { get; private set; }

    /// <summary>Whom the last grant was for, or who brought it back from a former coordinator; it stays so when the lease has run out.</summary>
    public AgentId? Grantee { get; private set; }

    /// <summary>The agent that holds it (leased) or is to get it (pending); null while there is none.</summary>
    public AgentLedger? Agent { get; set; }

    /// <summary>Who gets it when its holder gives it back; set once it was asked for.</summary>
    public AgentId? PromisedTo { get; set; }

    /// <summary>Who gave it back as impossible, once for each time.</summary>
    public List<AgentId> FailedBy { get; } = [];

    public void Grant(AgentId agent, LeaseEpoch epoch) => (Grantee, Epoch) = (agent, epoch);

    /// <summary>
    /// The fence. A batch is merged only when it carries the epoch of the last grant, comes from the agent that grant was for, and nothing was merged yet. A lease that
    /// ran out but was not given to another agent is still good: the result is true, and nobody else is at it.
    /// </summary>
    public bool Admits(AgentId agent, LeaseEpoch epoch) => epoch == Epoch && agent == Grantee && Phase is (ShardPhase.Leased or ShardPhase.Pending);

    /// <summary>
    /// Whether an agent that comes back has this lease. It has when the last grant was for it and nobody else holds the shard, or when a former coordinator granted it and this one has
    /// given the shard to nobody: then the agent is taken at its word. The first to claim a shard keeps it, whatever epoch another claims later: both results would be true, and no
    /// live agent loses what it has begun.
    /// </summary>
    /// <param name="formerEpochsBegin">Epochs from this on were given by former coordinators of this store.</param>
    /// <param name="formerEpochsEnd">Below this; 0 when none has leased anything of this round.</param>
    public bool IsLeaseOf(AgentLedger claimant, LeaseEpoch epoch, long formerEpochsBegin, long formerEpochsEnd) =>
        Admits(claimant.Id, epoch)
            ? Phase == ShardPhase.Pending || Agent == claimant
            : Phase == ShardPhase.Pending && Epoch.Value == 0 && epoch.Value > 0 && epoch.Value >= formerEpochsBegin && epoch.Value < formerEpochsEnd;
}
