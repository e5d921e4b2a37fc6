using System.Globalization;
using System.Text.RegularExpressions;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Layouts;

/// <summary>
/// The fping engine's layouts against each other. The layouts take turns, so that what else the machine does hits all alike, and each turn gives one ratio.
/// </summary>
internal sealed partial class LayoutBenchmark : IBenchmark
{
    private const int Unbounded = 100_000;
    private const int DefaultRate = 20_000;
    private const double NeededRatio = 2;

    private static readonly LayoutCase[] Cases =
    [
        new("pyfping", "layout: pyfping", Unbounded),
        new("auto", "layout: auto", Unbounded),
        new("auto, default limit", "layout: auto", DefaultRate),
    ];

    public string Name => "layouts";

    public string Description => "The fping engine with the seed's layout against its own, in one network namespace each run; needs root";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var targets = size.Quick ? 36_000 : 100_000;
        var load = Machine.LoadAverage();
        using var folder = new WorkFolder();
        await using var lab = await CreateLabAsync();
        await File.WriteAllTextAsync(folder.File("targets.txt"), TargetRange.Of("10.0.0.1", targets), cancellationToken);
        var runner = new CoordinatorRunner(folder, lab.Hosts[0]);
        var runs = Cases.Select(_ => new List<CoordinatorRun>()).ToArray();
        for (var turn = 1; turn <= size.Repeats; turn++)
        {
            for (var i = 0; i < Cases.Length; i++)
            {
                var run = await runner.RunAsync(Job(Cases[i]), ["--local-agents", "1"], cancellationToken);
                runs[i].Add(run);
                Tell($"turn {turn} of {size.Repeats}: {Cases[i].Name}: {run.Summary.PingsPerSecond:N0} pings/s, others used {run.OthersPercent:0} % of the CPUs");
            }
        }

        return new Report(
            Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{targets:N0} targets x 5 pings, every target answers, so that each loss is false; median of {size.Repeats} turns (least-most)"),
            $"dotnet run -c Release --project tests/Benchmarks -- layouts{(size.Quick ? " --quick" : "")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            Tabulate(runs));
    }

    private static void Tell(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<NetworkLab> CreateLabAsync()
    {
        try
        {
            return await NetworkLab.Create(hosts: 1);
        }
        catch (LabException exception)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }

    private static string Job(LayoutCase @case) => $$"""
        jobs:
          - name: layouts
            targets: { file: targets.txt }
            probe: { engine: fping, count: 5, {{@case.Probe}} }
            output: { file: results.csv }
        limits: { per_agent: {{@case.PerAgent}} }
        """;

    private static Table Tabulate(IReadOnlyList<CoordinatorRun>[] runs)
    {
        var table = new Table(
            "layout", "chosen", "pings/s", "x pyfping", "loss %", "false losses", "unknown", "local drops", "CPU s per 1M pings", "others' CPU %", "verdict");
        var pyfpingLoss = LossPercent(runs[0]);
        for (var i = 0; i < Cases.Length; i++)
        {
            var ratio = Spread.Of(runs[i].Zip(runs[0], (own, pyfping) => own.Summary.PingsPerSecond / pyfping.Summary.PingsPerSecond));
            var loss = LossPercent(runs[i]);
            table.Add(
                Cases[i].Name,
                Chosen(runs[i][0]),
                Spread.Of(runs[i].Select(run => run.Summary.PingsPerSecond)).ToString("N0"),
                ratio.ToString("0.00"),
                loss.ToString("0.0000", CultureInfo.InvariantCulture),
                Number(runs[i].Sum(run => run.Summary.Sent - run.Summary.Received)),
                Number(runs[i].Sum(run => (long)run.Summary.Unknown)),
                Number(runs[i].Sum(run => run.Summary.LocalDrops)),
                Spread.Of(runs[i].Select(run => run.TreeCpu.TotalSeconds / run.Summary.Sent * 1e6)).ToString("0"),
                Spread.Of(runs[i].Select(run => run.OthersPercent)).ToString("0"),
                Cases[i].Name == "auto" ? Verdict.Of(ratio.Median >= NeededRatio && loss <= pyfpingLoss, $">= {NeededRatio} x, no more loss") : "");
        }

        return table;
    }

    private static double LossPercent(IReadOnlyList<CoordinatorRun> runs) =>
        100.0 * runs.Sum(run => run.Summary.Sent - run.Summary.Received) / runs.Sum(run => run.Summary.Sent);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Chosen(CoordinatorRun run) =>
        run.Log.Select(line => LayoutInLog().Match(line)).Where(match => match.Success).Select(match => match.Value).FirstOrDefault("");

    [GeneratedRegex(@"[\d,]+ workers x [\d,]+ targets at [\d.]+ ms")]
    private static partial Regex LayoutInLog();
}
