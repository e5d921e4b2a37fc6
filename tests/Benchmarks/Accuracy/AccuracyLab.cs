using System.Text.Json;
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
    private const double LateMs = 700;

    // One target of so many is of a special kind, each kind in turn.
    private const uint SpecialEvery = 5;

    private const int Unlimited = 10_000_000, EnoughPings = 500_000;

    // A host that does other things stands still now and then at any rate; what comes of the rate is a multiple of this.
    private const double ToleratedDrops = 0.005, Step = 0.8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Timeout = TimeSpan.FromMilliseconds(500);

    private static readonly TargetAddress FirstIPv4 = TargetAddress.Parse("10.64.0.0"), FirstIPv6 = TargetAddress.Parse("fd66:1::1:0");

    private static readonly IReadOnlyList<Scenario> KindsOfIPv4 = Scenario.All(ipv4: true, LateMs), KindsOfIPv6 = Scenario.All(ipv4: false, LateMs);

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
        await using var network = await TruthNetwork.Create(Ordinary);
        return await PingAsync(network, engine, rate, targets, cancellationToken);
    }

    private async Task<RoundSummary> PingAsync(TruthNetwork network, string engine, int rate, int targets, CancellationToken cancellationToken)
    {
        var summary = folder.File("summary.json");
        using var pause = CollectionPause.Begin();
        var ping = await network.Run(
            Patience, Repository.AgentProgram, "ping", Range(FirstIPv4, targets / 2), Range(FirstIPv6, targets / 2), "--engine", engine, "--rate", $"{rate}", "--format", "ndjson",
            "-o", folder.File("results.ndjson"), "--summary-json", summary);
        return ping.ExitCode is ExitCode.Done or ExitCode.Incomplete
            ? SummaryJson.Read(await File.ReadAllBytesAsync(summary, cancellationToken))
            : throw new UserErrorException(ping.Describe(10));
    }

    private static string Range(TargetAddress first, int count) => $"{first}-{new TargetAddress(first.Value + (uint)count - 1)}";

    private static TargetRule RuleOf(TargetAddress address) =>
        KindOf(address)?.Rule ?? Ordinary(address);

    private static TargetRule Ordinary(TargetAddress address) => TargetRule.Answers(afterMs: 2 + (uint)address.Value * 2_654_435_761u % 8_000 / 1000.0);

    /// <returns>Null: it answers as an ordinary target does.</returns>
    private static Scenario? KindOf(TargetAddress address)
    {
        var number = (uint)address.Value;
        var kinds = address.IsIPv4 ? KindsOfIPv4 : KindsOfIPv6;
        return number % SpecialEvery == 0 ? kinds[(int)(number / SpecialEvery % kinds.Count)] : null;
    }

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
            // A forged answer in a true one's place is a false answer in all but name, and no error of the clock.
            if (isAnswered && KindOf(address) is null && answered.TryGetValue(ping, out var trueNs))
            {
                run.AddError(Math.Abs(rtt.GetDouble() * 1000 - trueNs / 1000.0));
            }
        }

        run.WrongReasons += (row.GetProperty("reason").GetString() ?? "") == (KindOf(address)?.ReasonOf(address) ?? "") ? 0 : 1;
    }
}
