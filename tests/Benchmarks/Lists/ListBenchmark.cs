using System.Globalization;
using System.Text.Json;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Lists;

/// <summary>Loading large target lists and cutting them into shards.</summary>
internal sealed class ListBenchmark : IBenchmark
{
    private const long AllowedBytes = 1_000_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly (string Name, Action<string, int> Write)[] Cases =
        [("addresses alone", ListFile.WritePlain), ("with name and label", ListFile.WriteWithColumns)];

    public string Name => "lists";

    public string Description => "Loading target lists and planning their shards";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var lines = size.Quick ? 1_000_000 : 10_000_000;
        var load = Machine.LoadAverage();
        var table = new Table("list", "targets", "load s", "load peak MB", "plan s", "shards", "plan peak MB", "verdict");
        using var folder = new WorkFolder();
        foreach (var (name, write) in Cases)
        {
            var file = folder.File("list.csv");
            write(file, lines);
            var loads = new List<ListLoad>();
            for (var turn = 1; turn <= size.Repeats; turn++)
            {
                loads.Add(await LoadAsync(file, cancellationToken));
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"turn {turn} of {size.Repeats}: {name}: {loads[^1].LoadSeconds:0.00} s"));
            }

            table.Add(
                name,
                loads[0].Targets.ToString("N0", CultureInfo.InvariantCulture),
                Spread.Of(loads.Select(each => each.LoadSeconds)).ToString("0.0"),
                Spread.Of(loads.Select(each => each.LoadPeakBytes / 1e6)).ToString("0"),
                Spread.Of(loads.Select(each => each.PlanSeconds)).ToString("0.0"),
                loads[0].Shards.ToString("N0", CultureInfo.InvariantCulture),
                Spread.Of(loads.Select(each => each.PlanPeakBytes / 1e6)).ToString("0"),
                Verdict.Of(loads.TrueForAll(each => each.LoadPeakBytes < AllowedBytes && each.Targets == lines), "all loaded, < 1 GB"));
        }

        return new Report(
            Name,
            string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines; median of {size.Repeats} turns (least-most), each in a process of its own"),
            $"dotnet run -c Release --project tests/Benchmarks -- lists{(size.Quick ? " --quick" : "")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            table);
    }

    private static async Task<ListLoad> LoadAsync(string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var child = LabProcess.Start(Environment.ProcessPath!, [LoadCommand.Name, file]);
        return await child.WaitForExit(Patience) == ExitCode.Done
            ? JsonSerializer.Deserialize<ListLoad>(child.Output[^1])!
            : throw new UserErrorException($"the list could not be loaded:\n{string.Join('\n', child.Errors)}");
    }
}
