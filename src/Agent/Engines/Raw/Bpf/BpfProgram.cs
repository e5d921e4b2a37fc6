using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Bpf;

/// <summary>struct sock_fprog of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfProgram
{
    public ushort Length;
    public BpfInstruction* Instructions;
}
