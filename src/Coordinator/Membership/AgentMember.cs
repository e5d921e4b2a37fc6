namespace FpingCluster.Coordinator.Membership;

/// <summary>An agent of the cluster as of a moment. Immutable.</summary>
internal sealed record AgentMember(
    AgentIntroduction Introduction, AgentStatus Status, DateTimeOffset ConnectedSince, DateTimeOffset LastHeard, AgentLoad Load, int Budget);
