using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Engines;

/// <summary>The engines of this version, the best first. An engine joins by its line here.</summary>
internal static class EngineCatalog
{
    public static IReadOnlyList<EngineOffer> Offers(RateLimit rate, EngineSetup setup, TimeProvider time, ILoggerFactory? loggers = null) =>
    [
        Raw(rate, setup, time, loggers ?? NullLoggerFactory.Instance),
        Fping(rate, time, setup.FpingPath, loggers ?? NullLoggerFactory.Instance),
        new(EngineKind.Simulated, _ => Task.FromResult(new EngineProof(true, "no network needed")), () => new SimulatedEngine(setup.Simulation, rate, time)),
    ];

    private static EngineOffer Raw(RateLimit rate, EngineSetup setup, TimeProvider time, ILoggerFactory loggers)
    {
        RawSettings? proved = null;
        return new(EngineKind.Raw, ProveAsync, () => new RawEngine(proved! with { Lanes = setup.Lanes }, rate, time, loggers.CreateLogger<RawEngine>()));

        async Task<EngineProof> ProveAsync(CancellationToken cancellationToken)
        {
            (proved, var detail) = await new RawSelfTest(time).RunAsync(cancellationToken);
            return new EngineProof(proved is not null, detail);
        }
    }

    private static EngineOffer Fping(RateLimit rate, TimeProvider time, string? path, ILoggerFactory loggers)
    {
        FpingCapability? proved = null;
        return new(EngineKind.Fping, ProveAsync, () => new FpingEngine(proved!, rate, time, loggers.CreateLogger<FpingEngine>()));

        async Task<EngineProof> ProveAsync(CancellationToken cancellationToken)
        {
            var result = await new FpingSelfTest(time).RunAsync(path, cancellationToken);
            proved = result.Capability;
            return result.IsUsable
                ? new EngineProof(true, Describe(result.Capability))
                : new EngineProof(false, result.Error);
        }
    }

    private static string Describe(FpingCapability fping) =>
        $"{fping.Path} {fping.Version}, {fping.SocketMode.ToString().ToLowerInvariant()} sockets, {(fping.IPv6 ? "IPv4 and IPv6" : "IPv4 only: it does not ping ::1")}";
}
