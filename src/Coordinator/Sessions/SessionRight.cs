using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>The right of a session to go on: it ends when its agent is revoked, at once, and when its certificate has run out, with the agent's next word.</summary>
internal sealed class SessionRight : IDisposable
{
    private readonly AgentId _agent;
    private readonly DateTimeOffset? _until;
    private readonly EnrolledAgents _agents;
    private readonly AgentLink _link;
    private readonly TimeProvider _time;

    /// <param name="until">Null: for ever.</param>
    public SessionRight(AgentId agent, DateTimeOffset? until, EnrolledAgents agents, AgentLink link, TimeProvider time)
    {
        (_agent, _until, _agents, _link, _time) = (agent, until, agents, link, time);
        agents.Revoked += EndIfRevoked;
        // It may have been revoked since it was admitted.
        if (agents.Find(agent) is { IsRevoked: true })
        {
            EndIfRevoked(agent);
        }
    }

    public void EndIfOver()
    {
        if (_until <= _time.GetUtcNow())
        {
            _link.Close("the agent's certificate has run out, and it has not come with a new one");
        }
    }

    public void Dispose() => _agents.Revoked -= EndIfRevoked;

    private void EndIfRevoked(AgentId agent)
    {
        if (agent == _agent)
        {
            _link.Close(AgentAdmission.Revoked(agent).Message, StatusCode.PermissionDenied);
        }
    }
}
