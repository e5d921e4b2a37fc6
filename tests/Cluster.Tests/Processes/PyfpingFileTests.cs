using System.Globalization;
using System.Text.RegularExpressions;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>pyfping's own file, unchanged, run by three local agents over loopback.</summary>
public sealed partial class PyfpingFileTests : IDisposable
{
    private const int Targets = 600;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Results_have_pyfpings_lines_and_are_appended_by_a_second_run()
    {
        WriteFiles(count: 5);

        await Run();
        var first = Results();
        await Run();
        var both = Results();

        AssertLines(first);
        Assert.Equal(first, both.Take(Targets));
        AssertLines([.. both.Skip(Targets)]);
        Assert.True(TimeOf(both[Targets]) > TimeOf(first[0]), $"{both[Targets]} is not later than {first[0]}");
    }

    [Fact]
    public async Task Count_of_ten_which_pyfping_cannot_parse_works()
    {
        WriteFiles(count: 10);

        await Run();

        AssertLines(Results());
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6},(127\.0\.\d+\.\d+),0,\d+\z")]
    private static partial Regex LineOfAnAnsweringTarget();

    private static DateTime TimeOf(string line) =>
        DateTime.ParseExact(line.Split(',')[0], "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static IEnumerable<string> Addresses() => Enumerable.Range(0, Targets).Select(i => $"127.0.{1 + i / 200}.{1 + i % 200}");

    private static void AssertLines(IReadOnlyList<string> lines) =>
        Assert.Equal(Addresses(), lines.Select(line => LineOfAnAnsweringTarget().Match(line) is { Success: true } match ? match.Groups[1].Value : line));

    private void WriteFiles(int count)
    {
        _folder.Write("test.csv", string.Concat(Addresses().Select(address => address + "\n")));
        _folder.Write("test.yml", $"""
            inputCsv: "test.csv"
            trunkSize: 500
            poolSize: 72
            delay: 0
            fping:
              cmd: /usr/bin/fping
              count: {count}
              timeout: 500
              retries: 1
              bytes: 12
              interval: 4
            outputCsv: "result.csv"
            """);
    }

    private async Task Run()
    {
        await using var coordinator = LabProcess.Start(
            Repository.CoordinatorProgram, ["run", "-c", "test.yml", "--local-agents", "3"], workingDirectory: _folder.Root);
        var exitCode = await coordinator.WaitForExit(Patience);
        Assert.True(exitCode == 0, coordinator.Describe(lines: 20));
        Assert.Empty(coordinator.Output);
    }

    private string[] Results() => File.ReadAllLines(_folder.PathOf("result.csv"));
}
