using static FpingCluster.Agent.Engines.Raw.Bpf.BpfInstruction;

namespace FpingCluster.Agent.Engines.Raw.Bpf;

/// <summary>
/// What a raw socket lets through: echo replies with our id, and ICMP errors that quote an echo request with our id. All other ICMP traffic of the host ends
/// in the kernel, before it takes a place in our buffer.
/// </summary>
internal static class IcmpFilters
{
    private const uint ReplyV4 = 0, RequestV4 = 8, ReplyV6 = 129, RequestV6 = 128, ProtocolIcmp = 1, ProtocolIcmpV6 = 58;

    /// <summary>Bit n set: type n is not even copied for this socket (ICMP_FILTER). Leaves 0, 3, 4, 11 and 12.</summary>
    public const uint BlockedTypesV4 = ~((1u << 0) | (1u << 3) | (1u << 4) | (1u << 11) | (1u << 12));

    /// <summary>The same for ICMPv6 (ICMP6_FILTER): leaves 1 to 4 and 129.</summary>
    public static readonly uint[] BlockedTypesV6 = [~(0b11110u), ~0u, ~0u, ~0u, ~(1u << 1), ~0u, ~0u, ~0u];

    /// <summary>Over an IPv4 packet with its header.</summary>
    public static BpfInstruction[] IPv4(ushort id) =>
    [
        LoadHeaderLengthToX(0),
        LoadByteAtX(0),
        JumpIfEqual(ReplyV4, 0, 2),
        LoadHalfAtX(4),
        JumpIfEqual(id, 11, 12),
        // An error: the packet that it quotes has a header of its own.
        LoadByteAtX(8 + 9),
        JumpIfEqual(ProtocolIcmp, 0, 10),
        LoadByteAtX(8),
        And(0xF),
        ShiftLeft(2),
        AddX,
        MoveToX,
        LoadByteAtX(8),
        JumpIfEqual(RequestV4, 0, 3),
        LoadHalfAtX(8 + 4),
        JumpIfEqual(id, 0, 1),
        Accept,
        Reject,
    ];

    /// <summary>Over an ICMPv6 packet, which raw sockets see without its IP header.</summary>
    public static BpfInstruction[] IPv6(ushort id) =>
    [
        LoadByte(0),
        JumpIfEqual(ReplyV6, 0, 2),
        LoadHalf(4),
        JumpIfEqual(id, 6, 7),
        LoadByte(8 + 6),
        JumpIfEqual(ProtocolIcmpV6, 0, 5),
        LoadByte(8 + 40),
        JumpIfEqual(RequestV6, 0, 3),
        LoadHalf(8 + 40 + 4),
        JumpIfEqual(id, 0, 1),
        Accept,
        Reject,
    ];
}
