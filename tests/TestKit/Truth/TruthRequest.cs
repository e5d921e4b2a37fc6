namespace FpingCluster.TestKit.Truth;

/// <summary>An echo request that came to a target.</summary>
/// <param name="Ping">How many came to this target before.</param>
/// <param name="AtNs">When it was read, of the monotonic clock; it was sent no later.</param>
public readonly record struct TruthRequest(int Ping, ushort Id, ushort Sequence, long AtNs);
