namespace FpingCluster.TestKit.Lab;

/// <summary>One of a host's two cables to the router; each can be cut while the other stays.</summary>
public enum LabCable
{
    /// <summary>To the targets.</summary>
    Targets,

    /// <summary>To the other hosts' control addresses.</summary>
    Control,
}
