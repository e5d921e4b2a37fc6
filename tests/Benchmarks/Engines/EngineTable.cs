using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>The table of the engines, with what each must reach.</summary>
internal static class EngineTable
{
    public const string Pyfping = "pyfping's layout", Zmap = "zmap, losing at most 0.2 %", Raw = "raw, 2 lanes", Unprivileged = "raw, 2 lanes, unprivileged", Cluster = "raw, coordinator and 3 agents";

    public static Table Of(IReadOnlyList<string> cases, IReadOnlyList<IReadOnlyList<EngineRun>> runs)
    {
        var table = new Table(
            "engine", "answered/s", "x pyfping", "x zmap", "loss %", "unknown", "sent again", "CPU s per 1M pings", "RTT p50 us", "RTT p99 us", "RTT max us", "peak MB",
            "others' CPU %", "verdict");
        for (var i = 0; i < cases.Count; i++)
        {
            var own = runs[i];
            var loss = 100.0 * own.Sum(run => run.Sent - run.Answered) / own.Sum(run => run.Sent);
            table.Add(
                cases[i],
                Spread.Of(own.Select(run => run.AnsweredPerSecond)).ToString("N0"),
                Ratio(Pyfping)?.ToString("0.0") ?? "",
                Ratio(Zmap)?.ToString("0.00") ?? "",
                loss.ToString("0.0000", CultureInfo.InvariantCulture),
                Text(own.Sum(run => run.Unknown)),
                Text(own.Sum(run => run.SentAgain)),
                Spread.Of(own.Select(run => run.CpuSecondsPerMillion)).ToString("0.0"),
                Rtt(own, rtt => rtt.P50),
                Rtt(own, rtt => rtt.P99),
                Rtt(own, rtt => rtt.Max),
                Spread.Of(own.Select(run => run.PeakBytes / 1e6)).ToString("0"),
                Spread.Of(own.Select(run => run.OthersPercent)).ToString("0"),
                Judge(cases[i], loss, own.Max(run => run.PeakBytes) / 1e6, Ratio));

            // Null: the other one was not run.
            Spread? Ratio(string other) => IndexOf(cases, other) is >= 0 and var theirs
                ? Spread.Of(own.Zip(runs[theirs], (mine, its) => mine.AnsweredPerSecond / its.AnsweredPerSecond))
                : null;
        }

        return table;
    }

    private static string Judge(string name, double loss, double peakMB, Func<string, Spread?> ratio) => name switch
    {
        Raw when ratio(Zmap) is { } zmap && ratio(Pyfping) is { } pyfping =>
            Verdict.Of(loss == 0 && zmap.Median >= 1.3 && pyfping.Median >= 12 && peakMB < 150, "no loss, >= 1.3 x zmap, >= 12 x pyfping, < 150 MB"),
        Unprivileged when ratio(Raw) is { } raw => Verdict.Of(loss == 0 && raw.Median >= 0.9, $"no loss, {raw.ToString("0.00")} x privileged, >= 0.9"),
        Cluster when ratio(Raw) is { } raw => Verdict.Of(loss == 0 && raw.Median >= 0.8, $"no loss, {raw.ToString("0.00")} x stand-alone, >= 0.8"),
        _ => "",
    };

    private static int IndexOf(IReadOnlyList<string> cases, string name) => cases.ToList().IndexOf(name);

    private static string Rtt(IReadOnlyList<EngineRun> runs, Func<RttSummary, double> ms) =>
        runs[0].Rtt is null ? "" : Spread.Of(runs.Select(run => ms(run.Rtt!) * 1000)).ToString("N0");

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
