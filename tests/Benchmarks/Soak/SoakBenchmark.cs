using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;

namespace FpingCluster.Benchmarks.Soak;

/// <summary>Many rounds while agents and the coordinator are killed, frozen and drained: every row is true, and nothing grows.</summary>
internal sealed class SoakBenchmark : IBenchmark
{
    private const int Seed = 20_261_122, Victims = 3;

    // A garbage-collected process may hold a fifth more or less at any moment.
    private const double MostGrowth = 1.2;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public string Name => "soak";

    public string Description => "200 rounds (--quick: 20) with a fault every few seconds: true rows, and no growth of memory, threads, descriptors or the database";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var (load, rounds) = (Machine.LoadAverage(), size.Quick ? 20 : 200);
        using var folder = new WorkFolder();
        await using var cluster = new SoakCluster(folder.File("soak"), Victims);
        var (audit, faults, samples) = (new RoundAudit(cluster.Api), new SoakFaults(cluster, Seed), new List<SoakSample>());
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var faulting = faults.RunAsync(enough.Token);
        while (audit.Rounds < rounds)
        {
            await Task.Delay(Between, TimeProvider.System, cancellationToken);
            var before = audit.Rounds;
            await audit.LookAsync(cancellationToken);
            faults.SparesCoordinator |= audit.Rounds >= rounds / 2;
            if (audit.Rounds > before && faults.SparesCoordinator)
            {
                samples.Add(cluster.Sample());
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {audit.Rounds} of {rounds}: {audit.Unknown:N0} unknown, {audit.Wrong:N0} wrong"));
            }

            if (faulting.IsCompleted)
            {
                await faulting;
            }
        }

        await enough.CancelAsync();
        await faulting;
        return new Report(
            Name,
            $"{rounds} rounds of {SoakCluster.Targets:N0} targets x {SoakCluster.Count} pings on loopback, every 5 s; {Victims} agents and (in the first half) the coordinator fail, one agent does not",
            $"dotnet run -c Release --project tests/Benchmarks -- soak{(size.Quick ? " --quick" : "")}",
            await Machine.DescribeAsync(load),
            TableOf(audit, faults, samples));
    }

    private static Table TableOf(RoundAudit audit, SoakFaults faults, List<SoakSample> samples)
    {
        var table = new Table("measure", "middle of the run", "end", "verdict");
        table.Add("agents killed, frozen, drained", "", $"{faults.Killed}, {faults.Frozen}, {faults.Drained}", "");
        table.Add("coordinator killed", "", $"{faults.CoordinatorKilled}", "");
        table.Add("rows missing, doubled or untrue", "", $"{audit.Wrong}", Verdict.Of(audit.Wrong == 0, "0"));
        table.Add("unknown targets, %", "", Number(100.0 * audit.Unknown / audit.Rounds / SoakCluster.Targets, "0.00"), "");
        table.Add("rounds with an unknown target", "", $"{audit.IncompleteRounds}", "");
        Compare(table, "coordinator's memory, MB", samples, sample => sample.Coordinator.Bytes / 1e6);
        Compare(table, "coordinator's threads", samples, sample => sample.Coordinator.Threads);
        Compare(table, "coordinator's descriptors", samples, sample => sample.Coordinator.Descriptors);
        Compare(table, "lasting agent's memory, MB", samples, sample => sample.Witness.Bytes / 1e6);
        Compare(table, "lasting agent's threads", samples, sample => sample.Witness.Threads);
        Compare(table, "lasting agent's descriptors", samples, sample => sample.Witness.Descriptors);
        Compare(table, "database, MB", samples, sample => sample.StoreBytes / 1e6);
        return table;
    }

    // The medians of the first and of the last fifth of what was watched, after a fifth in which a killed coordinator's successor grows to its size.
    private static void Compare(Table table, string measure, List<SoakSample> samples, Func<SoakSample, double> value)
    {
        var part = Math.Max(1, samples.Count / 5);
        var middle = Spread.Of(samples.Skip(part).Take(part).Select(value)).Median;
        var end = Spread.Of(samples.TakeLast(part).Select(value)).Median;
        table.Add(measure, Number(middle, "0.0"), Number(end, "0.0"), Verdict.Of(end <= middle * MostGrowth, $"<= {MostGrowth:0.0} x"));
    }

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
