using System.Globalization;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;

namespace FpingCluster.Agent.Cli;

/// <summary>The highest rate that this host kept on its loopback without sending a ping again.</summary>
/// <param name="Fastest">What it did when nothing held it back.</param>
/// <param name="Kept">The measurement at the safe rate; null: even a sixth of the fastest was too much.</param>
internal sealed record SafeRate(RateMeasurement Fastest, RateMeasurement? Kept)
{
    private const int Unlimited = 250_000;
    private const double Seconds = 1, Step = 0.75, Least = 0.15;

    public int PingsPerSecond => (int)(Kept?.PingsPerSecond ?? 0);

    /// <param name="limit">The engine's own; its budget is what was tried last.</param>
    public static async Task<SafeRate> FindAsync(EngineOffer engine, RateLimit limit, TimeProvider time, CancellationToken cancellationToken)
    {
        limit.SetBudget(limit.Ceiling);
        var fastest = await RateMeasurement.RunAsync(engine, Unlimited, Seconds, time, cancellationToken);
        for (var part = 1.0; part >= Least; part *= Step)
        {
            var rate = (int)(fastest.PingsPerSecond * part);
            limit.SetBudget(rate);
            var tried = await RateMeasurement.RunAsync(engine, rate, Seconds, time, cancellationToken);
            if (tried.Received == tried.Sent && tried.LocalDrops <= tried.Sent * RateMeasurement.ToleratedDrops)
            {
                return new SafeRate(fastest, tried);
            }
        }

        return new SafeRate(fastest, null);
    }

    public Finding Judge(int wanted)
    {
        var value = string.Create(CultureInfo.InvariantCulture,
            $"{PingsPerSecond:N0} pings/s, answering them included; as fast as it can {Fastest.PingsPerSecond:N0}, of which {Fastest.LocalDrops:N0} were sent again");
        return PingsPerSecond >= wanted
            ? new("safe rate", value, Verdict.Ok)
            : new("safe rate", value, Verdict.Limits, Fastest.LocalDrops > Fastest.Sent * RateMeasurement.ToleratedDrops
                ? "this host drops or delays replies above it: see the buffers and CPUs above, and stop what else runs here"
                : "its CPUs are at their end: more of them, and --lanes, raise it");
    }
}
