using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Engines;

/// <summary>The engines of this version, the best first. An engine joins by its line here; each shares the rate with the others and is kept from what must not be pinged.</summary>
internal static class EngineCatalog
{
    public static IReadOnlyList<EngineOffer> Offers(RateLimit rate, EngineSetup setup, TimeProvider time, ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var excluded = new AddressSet(NeverPinged.Addresses.Ranges.Concat(setup.Exclude?.Ranges ?? []));
        var log = new ExclusionLog(time, loggers.CreateLogger<ExclusionLog>());
        return
        [
            Guard(Raw(rate.NewPart(), setup, time, loggers)),
            Guard(Fping(rate.NewPart(), time, setup.FpingPath, loggers)),
            Guard(Simulated(rate.NewPart(), setup, time)),
        ];

        EngineOffer Guard(EngineOffer offer) => offer with { Create = () => new ExcludingEngine(offer.Create(), excluded, log.Add) };
    }

    private static EngineOffer Raw(EngineRate rate, EngineSetup setup, TimeProvider time, ILoggerFactory loggers)
    {
        RawSettings? proved = null;
        return new(EngineKind.Raw, ProveAsync, () => new SharingEngine(
            new RawEngine(proved! with { Lanes = setup.Lanes }, rate, time, loggers.CreateLogger<RawEngine>()), rate));

        async Task<EngineProof> ProveAsync(CancellationToken cancellationToken)
        {
            (proved, var detail) = await new RawSelfTest(time).RunAsync(cancellationToken);
            return new EngineProof(proved is not null, detail);
        }
    }

    private static EngineOffer Fping(EngineRate rate, TimeProvider time, string? path, ILoggerFactory loggers)
    {
        FpingCapability? proved = null;
        return new(EngineKind.Fping, ProveAsync, () => new SharingEngine(
            new FpingEngine(proved!, rate, time, loggers.CreateLogger<FpingEngine>()), rate));

        async Task<EngineProof> ProveAsync(CancellationToken cancellationToken)
        {
            var result = await new FpingSelfTest(time).RunAsync(path, cancellationToken);
            proved = result.Capability;
            return result.IsUsable
                ? new EngineProof(true, Describe(result.Capability))
                : new EngineProof(false, result.Error);
        }
    }

    private static EngineOffer Simulated(EngineRate rate, EngineSetup setup, TimeProvider time) => new(
        EngineKind.Simulated,
        _ => Task.FromResult(new EngineProof(true, "no network needed")),
        () => new SharingEngine(new SimulatedEngine(setup.Simulation, rate, time), rate));

    private static string Describe(FpingCapability fping) =>
        $"{fping.Path} {fping.Version}, {fping.SocketMode.ToString().ToLowerInvariant()} sockets, {(fping.IPv6 ? "IPv4 and IPv6" : "IPv4 only: it does not ping ::1")}";
}
