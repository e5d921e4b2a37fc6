using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public const short Writable = 4;

    public int Descriptor;
    public short Events;
    public short Returned;
}
