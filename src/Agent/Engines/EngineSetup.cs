using FpingCluster.Agent.Engines.Simulated;

namespace FpingCluster.Agent.Engines;

/// <summary>What the operator says of the engines themselves.</summary>
/// <param name="FpingPath">Null: fping is looked for.</param>
/// <param name="Lanes">Threads of the raw engine; null: as many as the rate takes.</param>
internal sealed record EngineSetup(SimulationSettings Simulation, string? FpingPath = null, int? Lanes = null);
