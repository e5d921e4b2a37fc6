namespace FpingCluster.TestKit.Truth;

/// <summary>An answer that a target gave.</summary>
/// <param name="Ping">Which request it answers.</param>
/// <param name="AtNs">When it was written, of the monotonic clock; it came no earlier.</param>
/// <param name="DelayNs">From the reading of the request to the writing: who measures a shorter time measures wrong.</param>
public readonly record struct TruthAnswer(int Ping, AnswerKind Kind, long AtNs, long DelayNs);
