using System.Text.Json;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Truth;
using WorkFolder = FpingCluster.Benchmarks.Runs.WorkFolder;

namespace FpingCluster.Benchmarks.Accuracy;

/// <summary>Runs `fping-agent ping` on the host of a network with a known truth, a new one each time, and compares.</summary>
/// <param name="seconds">How long a run sends.</param>
internal sealed class AccuracyLab(WorkFolder folder, double seconds)
{
    private const int Count = 5;
    private const string First = "10.64.0.0";
    private const int Unlimited = 10_000_000, EnoughPings = 500_000;

    // A host that does other things stands still now and then at any rate; what comes of the rate is a multiple of this.
    private const double ToleratedDrops = 0.005, Step = 0.8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Timeout = TimeSpan.FromMilliseconds(500);

    private static readonly TargetAddress Router = TargetAddress.Parse("10.127.0.1");

    /// <summary>The highest rate at which this host had to send next to nothing again, with the laboratory on the same CPUs.</summary>
    public async Task<double> FindSafeRateAsync(CancellationToken cancellationToken)
    {
        var fastest = await PingAsync("raw", Unlimited, EnoughPings / Count, cancellationToken);
        for (var rate = fastest.PingsPerSecond; ; rate *= Step)
        {
            var summary = await PingAsync("raw", (int)rate, (int)(rate * 2 / Count), cancellationToken);
            if (summary.LocalDrops <= summary.Sent * ToleratedDrops)
            {
                return rate;
            }
        }
    }

    public async Task<AccuracyRun> RunAsync(string engine, int rate, CancellationToken cancellationToken)
    {
        var targets = Math.Max(100, (int)(rate * seconds / Count));
        await using var network = await TruthNetwork.Create(RuleOf);
        await PingAsync(network, engine, rate, targets, cancellationToken);
        var run = new AccuracyRun();
        await foreach (var line in File.ReadLinesAsync(folder.File("results.ndjson"), cancellationToken))
        {
            Compare(network, JsonDocument.Parse(line).RootElement, run);
        }

        return run;
    }

    private async Task<RoundSummary> PingAsync(string engine, int rate, int targets, CancellationToken cancellationToken)
    {
        await using var network = await TruthNetwork.Create(RuleOf);
        return await PingAsync(network, engine, rate, targets, cancellationToken);
    }

    private async Task<RoundSummary> PingAsync(TruthNetwork network, string engine, int rate, int targets, CancellationToken cancellationToken)
    {
        var summary = folder.File("summary.json");
        using var pause = CollectionPause.Begin();
        var ping = await network.Run(
            Patience, Repository.AgentProgram, "ping", TargetRange.Of(First, targets).TrimEnd(), "--engine", engine, "--rate", $"{rate}", "--format", "ndjson",
            "-o", folder.File("results.ndjson"), "--summary-json", summary);
        return ping.ExitCode is ExitCode.Done or ExitCode.Incomplete
            ? SummaryJson.Read(await File.ReadAllBytesAsync(summary, cancellationToken))
            : throw new UserErrorException(ping.Describe(10));
    }

    private static TargetRule RuleOf(TargetAddress address)
    {
        var number = address.IPv4 * 2_654_435_761u;
        var rule = TargetRule.Answers(afterMs: 2 + number % 8_000 / 1000.0);
        return (address.IPv4 % 20) switch
        {
            0 => TargetRule.Dead,
            1 => rule.Losing(2),
            2 => rule.Duplicating(1),
            3 => TargetRule.Always(Answer.IcmpError(3, 1, Router, afterMs: 3)),
            _ => rule,
        };
    }

    private static string ReasonOf(TargetAddress address) => (address.IPv4 % 20) switch
    {
        2 => "duplicates 1",
        3 => $"host-unreachable from {Router}",
        _ => "",
    };

    private static void Compare(TruthNetwork network, JsonElement row, AccuracyRun run)
    {
        var address = TargetAddress.Parse(row.GetProperty("address").GetString()!);
        var truth = network.Truth(address);
        if (truth.Requests.Count != Count || row.GetProperty("sent").GetInt32() != Count)
        {
            return;
        }

        var answered = truth.RepliesWithin(Timeout);
        foreach (var (ping, rtt) in row.GetProperty("rtts_ms").EnumerateArray().Index())
        {
            var isAnswered = rtt.ValueKind == JsonValueKind.Number;
            run.Compared++;
            run.FalseLosses += !isAnswered && answered.ContainsKey(ping) ? 1 : 0;
            run.FalseAnswers += isAnswered && !answered.ContainsKey(ping) ? 1 : 0;
            if (isAnswered && answered.TryGetValue(ping, out var trueNs))
            {
                run.AddError(Math.Abs(rtt.GetDouble() * 1000 - trueNs / 1000.0));
            }
        }

        run.WrongReasons += (row.GetProperty("reason").GetString() ?? "") == ReasonOf(address) ? 0 : 1;
    }
}
