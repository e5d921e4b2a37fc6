namespace FpingCluster.Agent.Session;

internal enum SessionOutcome
{
    /// <summary>This agent was told to leave at once.</summary>
    Stopped,

    /// <summary>Everything held is returned or acknowledged, and the agent leaves.</summary>
    Drained,

    /// <summary>Nothing was heard from the coordinator for the session timeout.</summary>
    Silent,

    /// <summary>No session, or it broke: passing, tried again for ever.</summary>
    Unreachable,

    /// <summary>This agent has a new certificate, and dials again with it at once.</summary>
    Outdated,

    /// <summary>Another agent with this identity is connected: this one needs a new one.</summary>
    IdentityTaken,

    /// <summary>The coordinator will not have this agent, however often it asks.</summary>
    Rejected,
}
