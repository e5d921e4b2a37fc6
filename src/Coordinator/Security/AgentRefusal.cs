namespace FpingCluster.Coordinator.Security;

/// <summary>Why an agent is turned away; each kind is a status of its own on the wire.</summary>
internal enum AgentRefusal
{
    /// <summary>It has not shown who it is.</summary>
    Unproven,

    /// <summary>It has, and may not.</summary>
    Forbidden,

    /// <summary>What it asks makes no sense.</summary>
    Senseless,
}
