using System.CommandLine;
using FpingCluster.Benchmarks.Accuracy;
using FpingCluster.Benchmarks.Engines;
using FpingCluster.Benchmarks.Layouts;
using FpingCluster.Benchmarks.Lists;
using FpingCluster.Benchmarks.Merging;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Scale;
using FpingCluster.Benchmarks.Soak;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Benchmarks;

internal static class BenchmarkCommands
{
    private const string Program = "dotnet run -c Release --project tests/Benchmarks --";

    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer targets" };

    private static readonly Option<int> Repeats = CommandOptions.Number("--repeats", [], 3, 1, 100, "N", "How often each case is measured [default: 3]");

    private static readonly Option<string?> Only = new("--only") { Description = "Of the engines, those whose name has one of these in it: raw,zmap", HelpName = "TEXT[,TEXT…]" };

    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Also write the tables into this file", HelpName = "FILE" };

    public static RootCommand Create()
    {
        IBenchmark[] benchmarks = [new EngineBenchmark(), new AccuracyBenchmark(), new LayoutBenchmark(), new MergeBenchmark(), new ListBenchmark(), new ScaleBenchmark(), new SoakBenchmark()];
        var root = new RootCommand("Measures FpingCluster on this machine. The programs measured are those in out/: run ./build.sh first.");
        foreach (var benchmark in benchmarks)
        {
            root.Add(Create(benchmark.Name, benchmark.Description, benchmark));
        }

        root.Add(Create("all", "All of these, one after the other", benchmarks));
        root.Add(LoadCommand.Create());
        root.Add(FleetCommand.Create());
        root.Add(TruthCommand.Create());
        return root.WithExamples($"{Program} layouts --quick", $"{Program} all --markdown benchmarks.md");
    }

    private static Command Create(string name, string description, params IBenchmark[] benchmarks)
    {
        var command = new Command(name, description) { Quick, Repeats, Only, Markdown };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var reports = new List<Report>();
            foreach (var benchmark in benchmarks)
            {
                var report = await benchmark.RunAsync(new BenchmarkSize(parsed.GetValue(Quick), parsed.GetValue(Repeats), parsed.GetValue(Only)), cancellationToken);
                Console.WriteLine(report.ToText());
                reports.Add(report);
            }

            if (parsed.GetValue(Markdown) is { } file)
            {
                await File.WriteAllTextAsync(file, string.Join('\n', reports.Select(report => report.ToMarkdown())), cancellationToken);
            }

            return reports.Exists(report => report.HasFailed) ? ExitCode.Incomplete : ExitCode.Done;
        });
        return command.WithExamples($"{Program} {name} --quick", $"{Program} {name} --repeats 5 --markdown {name}.md");
    }
}
