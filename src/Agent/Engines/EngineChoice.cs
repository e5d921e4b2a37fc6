namespace FpingCluster.Agent.Engines;

/// <summary>Either the engine to use, or why there is none.</summary>
internal sealed record EngineChoice(EngineOffer? Offer, string Detail);
