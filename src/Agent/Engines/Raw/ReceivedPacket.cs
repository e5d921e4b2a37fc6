using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>What a packet says; <see cref="Id"/> and <see cref="Sequence"/> are those of the echo request that it answers or quotes.</summary>
internal readonly ref struct ReceivedPacket
{
    public required ReceivedKind Kind { get; init; }

    public ushort Id { get; init; }

    public ushort Sequence { get; init; }

    /// <summary>Of an echo reply: what stands behind the ICMP header.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Of an error.</summary>
    public byte Type { get; init; }

    /// <summary>Of an error.</summary>
    public byte Code { get; init; }

    /// <summary>Of an error: where the quoted echo request was sent.</summary>
    public TargetAddress Destination { get; init; }
}
