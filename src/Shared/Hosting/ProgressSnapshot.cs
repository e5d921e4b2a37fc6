namespace FpingCluster.Shared.Hosting;

/// <summary>How far a round is.</summary>
/// <param name="PingsSent">Since the round began; the display makes the rate of it.</param>
/// <param name="Stage">What is done now when it is no probing any more; null while probing.</param>
public readonly record struct ProgressSnapshot(int Targets, int Done, int Up, int Down, int Unknown, long PingsSent, string? Stage = null);
