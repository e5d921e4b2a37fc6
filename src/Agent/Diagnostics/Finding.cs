namespace FpingCluster.Agent.Diagnostics;

/// <summary>One thing that pinging depends on, as it is on this host.</summary>
/// <param name="Remedy">Why it matters and how to lift it; null when all is well.</param>
internal sealed record Finding(string What, string Value, Verdict Verdict, string? Remedy = null);
