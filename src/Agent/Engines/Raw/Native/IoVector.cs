using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}
