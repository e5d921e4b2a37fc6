namespace FpingCluster.Agent.Engines.Raw;

/// <summary>One ping that was sent, until its timeout has passed.</summary>
internal struct PingSlot
{
    /// <summary>Of the monotonic clock.</summary>
    public long SentNs;

    public Due What;

    public PingState State;

    /// <summary>This host stood still while it was sent: when it left is not known well enough for an RTT.</summary>
    public bool IsUncertain;
}
