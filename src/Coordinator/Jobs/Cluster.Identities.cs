using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Jobs;

// Two boots with one identity: a restart or a copy.
internal sealed partial class Cluster
{
    // Two heartbeats: what a dead agent had sent before it died has been read by then.
    private readonly IdentityClaims _claims = new(time, 2 * options.HeartbeatInterval);

    /// <summary>
    /// A session begins. If another boot of the agent is connected, the newcomer waits without a Welcome until that one is heard, and then is somebody else, or
    /// its session ends or is silent for the grace, and then the newcomer is the agent, restarted.
    /// </summary>
    public void AgentJoined(AgentIntroduction introduction, IAgentLink link)
    {
        if (_roster.Find(introduction.Id) is not { Link: not null } holder || holder.Introduction.BootId == introduction.BootId)
        {
            Admit(introduction, link);
            return;
        }

        Log.IdentityClaimed(logger, introduction.Name, introduction.Peer, holder.Introduction.Peer, options.Grace.TotalSeconds);
        _claims.Add(introduction, link)?.Link.Close("the agent opened another session");
    }

    private void Heard(AgentConnection agent)
    {
        _roster.Heard(agent);
        var holder = agent.Introduction;
        foreach (var (newcomer, link, _) in _claims.Refute(holder.Id))
        {
            Log.IdentityCopied(logger, newcomer.Name, newcomer.Peer, holder.Name, holder.Peer);
            link.RefuseIdentity(
                $"another agent with this identity is connected ('{holder.Name}', {holder.Peer}): the data directory of one is a copy of the other's, " +
                "as on a cloned machine; this one needs a new identity");
        }
    }

    private void AdmitNext(AgentId agent)
    {
        if (_claims.Grant(agent) is { } claim)
        {
            Admit(claim.Introduction, claim.Link);
        }
    }
}
