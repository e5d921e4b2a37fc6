using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>The most pings per second that one prefix may get, with the length of a prefix in bits for each family.</summary>
internal sealed record PrefixLimit
{
    public int IPv4 { get; init; } = 24;

    public int IPv6 { get; init; } = 48;

    public required int Rate { get; init; }

    /// <summary>The part of an agent that may send so much of what the whole cluster may.</summary>
    public PrefixRate PartOf(int budget, int whole) => new(IPv4, IPv6, (double)Rate * budget / whole);
}
