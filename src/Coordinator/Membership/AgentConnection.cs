using FpingCluster.Coordinator.Merging;

namespace FpingCluster.Coordinator.Membership;

/// <summary>An agent and its present session, as the cluster loop keeps it; <see cref="Link"/> is null between sessions.</summary>
internal sealed class AgentConnection(AgentIntroduction introduction)
{
    public AgentIntroduction Introduction { get; set; } = introduction;

    public IAgentLink? Link { get; set; }

    public AgentStatus Status { get; set; }

    /// <summary>Why it was asked to leave; null when it was not. It is asked again in each session of this boot.</summary>
    public string? DrainReason { get; set; }

    public DateTimeOffset ConnectedSince { get; set; }

    public DateTimeOffset LastHeard { get; set; }

    /// <summary>Monotonic; the wall clock may jump.</summary>
    public long LastHeardTimestamp { get; set; }

    public AgentLoad Load { get; set; } = AgentLoad.None;

    /// <summary>The agent's own, in its last Hello or heartbeat.</summary>
    public ulong ClockMs { get; set; }

    /// <summary>Its share of the cluster's rate.</summary>
    public AgentBudget Budget { get; } = new();

    /// <summary>Of the agent's present boot.</summary>
    public AckTracker Acks { get; set; } = new();

    public bool TakesShards => Link is not null && Status == AgentStatus.Connected && Budget.Told > 0;

    public AgentMember Snapshot() => new(Introduction, Status, ConnectedSince, LastHeard, Load, Budget.Told);
}
