namespace FpingCluster.Agent.Engines;

/// <summary>What an engine's self-test found on this host.</summary>
/// <param name="Detail">How it will work ("fping 5.1, raw socket"), or why it cannot and what would help.</param>
internal sealed record EngineProof(bool Works, string Detail);
