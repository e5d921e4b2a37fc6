using System.Globalization;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>What an engine reaches on this host's loopback, where nothing is lost but by the host itself, which answers its own pings meanwhile.</summary>
internal sealed record RateMeasurement(int Targets, long Sent, long Received, long LocalDrops, double DurationS, double PingsPerSecond)
{
    public const int UsualSeconds = 3;

    // Starting and ending the processes takes its part of so short a time.
    private const double EnoughOfRate = 0.8;

    // A host that does other things stands still now and then at any rate.
    public const double ToleratedDrops = 0.0005;

    private const uint Loopback = 127u << 24;

    /// <param name="seconds">How long it takes at this rate.</param>
    public static async Task<RateMeasurement> RunAsync(EngineOffer engine, int rate, double seconds, TimeProvider time, CancellationToken cancellationToken)
    {
        // One ping each: with more, the last targets would wait out their periods at a part of the rate.
        var probe = new Probe { Count = 1 };
        var addresses = Enumerable.Range(1, Math.Max(1, (int)(rate * seconds))).Select(host => TargetAddress.FromIPv4(Loopback + (uint)host));
        var list = TargetList.FromAddresses(addresses, "loopback");
        var shards = new LocalShardSource(list, probe);
        var round = new PingRound(list, shards, EngineSelector.Word(engine.Kind), time);
        var began = time.GetTimestamp();
        await engine.Create().RunAsync(shards, round, cancellationToken);
        var summary = round.Close(time.GetElapsedTime(began));
        return new RateMeasurement(list.Count, summary.Sent, summary.Received, summary.LocalDrops, summary.Duration.TotalSeconds, summary.PingsPerSecond);
    }

    public Finding Judge(int rate)
    {
        var value = string.Create(CultureInfo.InvariantCulture,
            $"{PingsPerSecond:N0} pings/s of {rate:N0}; {Sent:N0} sent, {Sent - Received:N0} lost, {LocalDrops:N0} dropped by this host");
        var remedies = Remedies(rate).ToList();
        return remedies.Count == 0
            ? new("measured rate", value, Verdict.Ok)
            : new("measured rate", value, Verdict.Limits, string.Join('\n', remedies));
    }

    private IEnumerable<string> Remedies(int rate)
    {
        if (PingsPerSecond < EnoughOfRate * rate)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"this host does not reach the rate: give it more CPU, stop what else runs on it, or run the agent with --max-rate {PingsPerSecond:0}");
        }

        if (LocalDrops > Sent * ToleratedDrops || (LocalDrops > 0 && Received < Sent))
        {
            yield return "replies did not fit into a buffer, or this host stood still, and those pings were sent again: see the buffers above, give it more CPU, or lower the rate";
        }
        else if (Received < Sent)
        {
            yield return "loopback loses nothing by itself: look whether a firewall limits ICMP, or lower the rate";
        }
    }
}
