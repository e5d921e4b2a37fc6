using System.Text.RegularExpressions;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>pyfping's file with targets that do not answer, and with lines that pyfping itself cannot use.</summary>
public sealed partial class PyfpingLabTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task List_of_dead_targets_is_written_with_None()
    {
        var addresses = Enumerable.Range(1, 200).Select(last => $"10.128.0.{last}").ToList();

        var lines = await Run(addresses);

        Assert.Equal(addresses.Select(address => $"{address},100,None"), lines);
    }

    [Fact]
    public async Task Lines_with_more_than_an_address_are_targets()
    {
        var lines = await Run(["10.1.2.3,site", "10.1.2.4,other site", "10.128.0.1,site"]);

        Assert.Equal(["10.1.2.3,0,0", "10.1.2.4,0,0", "10.128.0.1,100,None"], lines);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6},")]
    private static partial Regex Time();

    /// <returns>The lines of the output, without their times.</returns>
    private async Task<IReadOnlyList<string>> Run(IEnumerable<string> targets)
    {
        _folder.Write("test.csv", string.Join('\n', targets) + "\n");
        var file = _folder.Write("test.yml", $"""
            inputCsv: "test.csv"
            trunkSize: 500
            poolSize: 72
            fping:
              cmd: /usr/bin/fping
              count: 5
              timeout: 500
              retries: 1
              bytes: 12
              interval: 4
            outputCsv: "{_folder.PathOf("result.csv")}"
            """);
        await using var lab = await NetworkLab.Create(hosts: 1);
        var coordinator = await lab.Hosts[0].Run(Patience, Repository.CoordinatorProgram, "run", "-c", file, "--local-agents", "3");
        Assert.True(coordinator.ExitCode == 0, coordinator.Describe(lines: 20));
        return [.. File.ReadLines(_folder.PathOf("result.csv")).Select(line => Time().Replace(line, "", 1))];
    }
}
