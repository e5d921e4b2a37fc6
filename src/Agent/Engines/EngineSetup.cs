using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines;

/// <summary>What the operator says of the engines themselves.</summary>
/// <param name="FpingPath">Null: fping is looked for.</param>
/// <param name="Lanes">Threads of the raw engine; null: as many as the rate takes.</param>
/// <param name="Exclude">Never pinged, whoever asks.</param>
internal sealed record EngineSetup(SimulationSettings Simulation, string? FpingPath = null, int? Lanes = null, AddressSet? Exclude = null);
