namespace FpingCluster.Agent.Engines;

/// <summary>What an engine's self-test found.</summary>
/// <param name="Text">What works and how ("fping 5.1, raw sockets"), or why it does not and what would help.</param>
internal sealed record EngineProof(bool Works, string Text);
