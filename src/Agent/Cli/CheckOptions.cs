namespace FpingCluster.Agent.Cli;

/// <summary>What <c>fping-agent check</c> was asked for.</summary>
/// <param name="Rate">Pings per second that the host is to bear.</param>
/// <param name="FpingPath">Null: fping is looked for.</param>
internal sealed record CheckOptions(int Rate, string? FpingPath, bool Json);
