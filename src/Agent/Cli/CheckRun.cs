using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Cli;

/// <summary>Looks at the host, proves the engines, measures the best of them, and tells.</summary>
internal static class CheckRun
{
    // Far above what any host does: the measurements set their own.
    private const int MostRate = 10_000_000;

    public static async Task<int> RunAsync(CheckOptions options, PingConsole console, CancellationToken cancellationToken)
    {
        var findings = HostCheck.Look(new HostFiles(), IcmpSockets.TryOpen, PingPorts.ReceiveBuffer(), options.Rate).ToList();
        var limit = new RateLimit(MostRate);
        var offers = EngineCatalog.Offers(limit, new EngineSetup(new SimulationSettings(), options.FpingPath), console.Time)
            .Where(offer => offer.Kind != EngineKind.Simulated);
        EngineOffer? best = null;
        foreach (var offer in offers)
        {
            var proof = await offer.ProveAsync(cancellationToken);
            findings.Add(Describe(offer, proof));
            best ??= proof.Works ? offer : null;
        }

        limit.SetBudget(options.Rate);
        var measurement = best is null ? null : await RateMeasurement.RunAsync(best, options.Rate, RateMeasurement.UsualSeconds, console.Time, cancellationToken);
        findings.Add(measurement?.Judge(options.Rate) ?? new("measured rate", "none", Verdict.Missing, "there is nothing to measure before an engine works"));
        var safe = best?.Kind == EngineKind.Raw ? await SafeRate.FindAsync(best, limit, console.Time, cancellationToken) : null;
        findings.AddRange(safe is null ? [] : [safe.Judge(options.Rate)]);
        var report = new CheckReport(best is not null, best is null ? null : EngineSelector.Word(best.Kind), findings, measurement, safe?.PingsPerSecond);
        report.Write(console, options.Json);
        return report.Works ? ExitCode.Done : ExitCode.Incomplete;
    }

    private static Finding Describe(EngineOffer offer, EngineProof proof)
    {
        var what = $"engine {EngineSelector.Word(offer.Kind)}";
        return proof.Works ? new(what, proof.Detail, Verdict.Ok) : new(what, "does not work", Verdict.Missing, proof.Detail);
    }
}
