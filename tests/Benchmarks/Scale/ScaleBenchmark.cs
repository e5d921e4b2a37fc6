using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;

namespace FpingCluster.Benchmarks.Scale;

/// <summary>What one coordinator bears: its cost as targets and agents grow. The agents share the CPUs with it, so it can do more than is printed here.</summary>
internal sealed class ScaleBenchmark : IBenchmark
{
    private const double ResultsPerSecond = 500_000, BytesPerTarget = 200;
    private const int Large = 10_000_000, ManyAgents = 200;

    private static readonly ScaleCase[] Cases =
        [new(600_000, 3), new(600_000, 30), new(600_000, ManyAgents), new(2_000_000, 30), new(Large, 3), new(Large, 30), new(Large, ManyAgents)];

    public string Name => "scale";

    public string Description => "One coordinator with up to 10,000,000 targets and 200 simulated agents: merging, memory, leasing";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var load = Machine.LoadAverage();
        using var folder = new WorkFolder();
        var runner = new CoordinatorRunner(folder);
        var table = new Table("targets", "agents", "round s", "results/s", "coordinator's CPU s per 1M results", "peak MB", "bytes a target", "missing", "verdict");
        foreach (var @case in Cases.Where(@case => !size.Quick || @case.Targets < Large))
        {
            var runs = new List<CoordinatorRun>();
            for (var turn = 1; turn <= size.Repeats; turn++)
            {
                runs.Add(await @case.RunAsync(folder, runner, cancellationToken));
                Tell($"turn {turn} of {size.Repeats}: {@case.Targets:N0} targets, {@case.Agents} agents: {runs[^1].Summary.Duration.TotalSeconds:0.00} s");
            }

            Add(table, @case, runs);
        }

        AddLeases(table, size.Quick ? Cases[0].Targets : Large);
        return new Report(
            Name,
            $"5 pings a target, agents with instant replies in one process beside the coordinator, durable on disk; median of {size.Repeats} turns (least-most)",
            $"dotnet run -c Release --project tests/Benchmarks -- scale{(size.Quick ? " --quick" : "")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            table);
    }

    private static void Add(Table table, ScaleCase @case, List<CoordinatorRun> runs)
    {
        var seconds = Spread.Of(runs.Select(run => run.Summary.Duration.TotalSeconds));
        var speed = Spread.Of(runs.Select(run => @case.Targets / run.Summary.Duration.TotalSeconds));
        var bytes = runs.Max(run => run.PeakBytes);
        var missing = runs.Max(run => @case.Targets - run.Summary.Up);
        // A small list is little beside the runtime itself.
        var verdict = @case.Targets < Large
            ? Verdict.Of(missing == 0, "none missing")
            : Verdict.Of(
                missing == 0 && speed.Median >= ResultsPerSecond && bytes <= BytesPerTarget * @case.Targets, $"none missing, >= {ResultsPerSecond:N0}/s, <= {BytesPerTarget:0} bytes");
        table.Add(
            Number(@case.Targets), Number(@case.Agents), seconds.ToString("0.0"), speed.ToString("N0"),
            Spread.Of(runs.Select(run => run.Cpu.TotalSeconds * 1e6 / @case.Targets)).ToString("0.0"), Number(bytes / 1e6), Number(bytes / (double)@case.Targets),
            Number(missing), verdict);
    }

    private static void AddLeases(Table table, int targets)
    {
        var cost = LeaseCost.Measure(targets, ManyAgents);
        var isGood = cost.Strayed == 0 && cost.PlaceAndLease < TimeSpan.FromSeconds(5) && cost.Reshard < TimeSpan.FromMilliseconds(100);
        table.Add(
            string.Create(CultureInfo.InvariantCulture, $"{targets:N0}: to place and lease {cost.Shards:N0} shards"), Number(ManyAgents),
            cost.PlaceAndLease.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture), "", "", "", "", "", "");
        table.Add(
            string.Create(CultureInfo.InvariantCulture, $"{targets:N0}: to move {cost.Moved:N0} shards of a lost agent"), Number(ManyAgents),
            cost.Reshard.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture), "", "", "", "", Number(cost.Strayed), Verdict.Of(isGood, "< 5 s, < 0.1 s, no other moves"));
    }

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Tell(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
