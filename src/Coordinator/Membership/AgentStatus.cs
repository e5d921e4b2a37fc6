namespace FpingCluster.Coordinator.Membership;

internal enum AgentStatus
{
    Connected,

    /// <summary>Finishes or returns what it holds, gets nothing more.</summary>
    Draining,

    /// <summary>Its session broke a moment ago; it keeps its leases for the grace period.</summary>
    Disconnected,
}
