using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines;

/// <summary>The engines of this version, the best first. An engine joins by its line here.</summary>
internal static class EngineCatalog
{
    public static IReadOnlyList<EngineOffer> Offers(RateLimit rate, SimulationSettings simulation, TimeProvider time) =>
    [
        new(EngineKind.Simulated, _ => Task.FromResult(new EngineProof(true, "no network needed")), () => new SimulatedEngine(simulation, rate, time)),
    ];
}
