using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Jobs;

// How an agent is asked to leave.
internal sealed partial class Cluster
{
    /// <summary>Asks one agent to finish or return what it holds and to leave; it gets nothing more, now or in a later session of this boot.</summary>
    /// <returns>Null when there is no such agent.</returns>
    public AgentMember? Drain(AgentId id, string reason)
    {
        if (_roster.Find(id) is not { } agent)
        {
            return null;
        }

        agent.DrainReason = reason;
        agent.Link?.Drain(reason);
        if (agent.Status == AgentStatus.Connected)
        {
            BeginDraining(agent);
        }

        return agent.Snapshot();
    }

    // The session in which it was asked may have broken before it heard.
    private static void AskToLeaveAgain(AgentConnection agent)
    {
        if (agent.DrainReason is { } reason)
        {
            agent.Status = AgentStatus.Draining;
            agent.Link!.Drain(reason);
        }
    }

    private void BeginDraining(AgentConnection agent)
    {
        agent.Status = AgentStatus.Draining;
        Log.AgentDraining(logger, agent.Introduction.Name);
        DivideRate();
        Lease();
    }
}
