using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Bpf;

/// <summary>struct sock_filter: one instruction of the classic packet filter.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Value)
{
    public static BpfInstruction LoadByte(uint offset) => new(0x30, 0, 0, offset);

    public static BpfInstruction LoadHalf(uint offset) => new(0x28, 0, 0, offset);

    public static BpfInstruction LoadByteAtX(uint offset) => new(0x50, 0, 0, offset);

    public static BpfInstruction LoadHalfAtX(uint offset) => new(0x48, 0, 0, offset);

    /// <summary>X = 4 x the low half of a byte: the length of an IPv4 header.</summary>
    public static BpfInstruction LoadHeaderLengthToX(uint offset) => new(0xB1, 0, 0, offset);

    public static BpfInstruction And(uint value) => new(0x54, 0, 0, value);

    public static BpfInstruction ShiftLeft(uint value) => new(0x64, 0, 0, value);

    public static BpfInstruction AddX => new(0x0C, 0, 0, 0);

    public static BpfInstruction MoveToX => new(0x07, 0, 0, 0);

    /// <summary>How many instructions to leave out.</summary>
    public static BpfInstruction JumpIfEqual(uint value, byte then, byte otherwise) => new(0x15, then, otherwise, value);

    public static BpfInstruction Accept => new(0x06, 0, 0, uint.MaxValue);

    public static BpfInstruction Reject => new(0x06, 0, 0, 0);
}
