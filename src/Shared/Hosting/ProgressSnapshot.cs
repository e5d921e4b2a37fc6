namespace FpingCluster.Shared.Hosting;

/// <summary>How far a round is.</summary>
/// <param name="PingsSent">Since the round began; the display makes the rate of it.</param>
/// <param name="Stage">What is done now when it is no probing any more; null while probing.</param>
/// <param name="Took">How long it took when it is over; null while it runs, or when it began with the display.</param>
public readonly record struct ProgressSnapshot(
    int Targets, int Done, int Up, int Down, int Unknown, long PingsSent, string? Stage = null, TimeSpan? Took = null);
