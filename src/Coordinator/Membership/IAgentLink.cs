using FpingCluster.Coordinator.Leases;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Membership;

/// <summary>What the coordinator can say to a connected agent. None of it blocks or throws: a link that cannot keep up is closed by its session.</summary>
internal interface IAgentLink
{
    /// <summary>The agent is one of the cluster. Comes before anything else.</summary>
    void Welcome();

    /// <summary>Ends the session in place of a Welcome: the identity is another agent's.</summary>
    void RefuseIdentity(string why);

    /// <summary>Names the round if the agent has not heard of it in this session, sends contents it has not got, then the leases.</summary>
    void Grant(RoundBriefing round, IReadOnlyList<Lease> leases);

    /// <param name="cancel">Stop these shards even if begun: the leases are no longer the agent's. Without it, only what was not begun comes back.</param>
    void Revoke(RoundId round, IReadOnlyList<ShardId> shards, bool cancel);

    /// <summary>The agent no longer has this content in its cache.</summary>
    void ForgetContent(ShardContentHash content);

    /// <summary>Says it unless the agent was told so before.</summary>
    void Acknowledge(ulong sequence);

    /// <param name="pingsPerSecond">0: nothing at all.</param>
    /// <param name="perPrefix">Null: no limit.</param>
    /// <param name="term">Zero: it never runs out.</param>
    /// <param name="heardMs">The agent's clock from which the term counts.</param>
    void SetBudget(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, TimeSpan term, ulong heardMs);

    void Drain(string reason);

    void Close(string why);
}
