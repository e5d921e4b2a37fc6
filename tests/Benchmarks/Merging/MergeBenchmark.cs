using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;

namespace FpingCluster.Benchmarks.Merging;

/// <summary>
/// What a round costs the coordinator itself: three agents send results as fast as they can make them, and each shard is on disk before it is acknowledged.
/// </summary>
internal sealed class MergeBenchmark : IBenchmark
{
    private const string Agents = "3";
    private const long AllowedBytes = 400_000_000;

    private static readonly string[] Arguments = ["--local-agents", Agents, "--simulate", "time=0,dead=0,unreachable=0,flapping=0,lossy=0"];

    public string Name => "merge";

    public string Description => "The coordinator's own cost of a round, with agents that answer at once from a simulated network";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var targets = size.Quick ? 100_000 : 600_000;
        var load = Machine.LoadAverage();
        using var folder = new WorkFolder();
        await File.WriteAllTextAsync(folder.File("targets.txt"), TargetRange.Of("127.0.0.1", targets), cancellationToken);
        var runner = new CoordinatorRunner(folder);
        var runs = new List<CoordinatorRun>();
        for (var turn = 1; turn <= size.Repeats; turn++)
        {
            runs.Add(await runner.RunAsync(Job, Arguments, cancellationToken));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"turn {turn} of {size.Repeats}: round {runs[^1].Summary.Duration.TotalSeconds:0.00} s, others used {runs[^1].OthersPercent:0} % of the CPUs"));
        }

        return new Report(
            Name,
            string.Create(CultureInfo.InvariantCulture,
                $"{targets:N0} targets x 5 pings, {Agents} simulated agents with instant replies, durable on disk; median of {size.Repeats} turns (least-most)"),
            $"dotnet run -c Release --project tests/Benchmarks -- merge{(size.Quick ? " --quick" : "")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            Tabulate(targets, runs));
    }

    private static string Job => """
        jobs:
          - name: merge
            targets: { file: targets.txt }
            probe: { engine: simulated, count: 5 }
            output: { file: results.csv }
        limits: { per_agent: 10000000 }
        """;

    private static Table Tabulate(int targets, List<CoordinatorRun> runs)
    {
        var table = new Table("measure", "value", "verdict");
        Add("round, s", run => run.Summary.Duration.TotalSeconds, "0.00");
        Add("results/s", run => targets / run.Summary.Duration.TotalSeconds, "N0");
        Add("whole run with start and output, s", run => run.Elapsed.TotalSeconds, "0.00");
        Add("coordinator's CPU, s", run => run.Cpu.TotalSeconds, "0.00");
        Add("with the agents' CPU, s", run => run.TreeCpu.TotalSeconds, "0.00");
        Add("others' CPU, %", run => run.OthersPercent, "0");
        Add("results missing", run => targets - run.Summary.Up, "0", Verdict.Of(runs.TrueForAll(run => run.Summary.Up == targets), "0"));
        Add("coordinator's peak memory, MB", run => run.PeakBytes / 1e6, "0", Verdict.Of(runs.TrueForAll(run => run.PeakBytes < AllowedBytes), "< 400 MB"));
        return table;

        void Add(string measure, Func<CoordinatorRun, double> value, string format, string verdict = "") =>
            table.Add(measure, Spread.Of(runs.Select(value)).ToString(format), verdict);
    }
}
