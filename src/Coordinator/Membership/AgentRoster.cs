using FpingCluster.Coordinator.Merging;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Membership;

/// <summary>The agents of the cluster and when they were last heard. Owned by the cluster loop.</summary>
internal sealed class AgentRoster(TimeProvider time)
{
    private readonly Dictionary<AgentId, AgentConnection> _agents = [];

    /// <summary>In the order of their ids, so that what is divided among them is divided the same way each time.</summary>
    public IReadOnlyList<AgentConnection> Agents => [.. _agents.Values.OrderBy(agent => agent.Introduction.Id.Value)];

    public IEnumerable<AgentConnection> TakingShards => Agents.Where(agent => agent.TakesShards);

    public AgentConnection? Find(AgentId agent) => _agents.GetValueOrDefault(agent);

    /// <summary>Begins a session. An agent within its grace and of the same boot is the same agent; else it is a new one and the old is returned as lost.</summary>
    public AgentConnection Join(AgentIntroduction introduction, IAgentLink link, out AgentConnection? lost)
    {
        lost = null;
        if (!_agents.TryGetValue(introduction.Id, out var agent) || agent.Introduction.BootId != introduction.BootId)
        {
            lost = agent;
            agent = new AgentConnection(introduction) { Acks = new AckTracker() };
            _agents[introduction.Id] = agent;
        }

        agent.Introduction = introduction;
        agent.Link = link;
        agent.ClockMs = introduction.ClockMs;
        agent.Budget.BeginSession(introduction.Sending);
        agent.Status = AgentStatus.Connected;
        agent.ConnectedSince = time.GetUtcNow();
        agent.Acks.BeginAt(introduction.FirstUnacked);
        Heard(agent);
        return agent;
    }

    public void Heard(AgentConnection agent)
    {
        agent.LastHeard = time.GetUtcNow();
        agent.LastHeardTimestamp = time.GetTimestamp();
    }

    /// <param name="now">A timestamp.</param>
    public IReadOnlyList<AgentConnection> SilentFor(TimeSpan grace, long now) =>
        [.. _agents.Values.Where(agent => time.GetElapsedTime(agent.LastHeardTimestamp, now) > grace)];

    public void Remove(AgentConnection agent) => _agents.Remove(agent.Introduction.Id);

    public MembershipSnapshot Snapshot(long version) =>
        new(version, [.. _agents.Values.Select(agent => agent.Snapshot()).OrderBy(agent => agent.Introduction.Name, StringComparer.Ordinal)]);
}
