namespace FpingCluster.TestKit.Truth;

/// <summary>struct pollfd.</summary>
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Happened;
}
