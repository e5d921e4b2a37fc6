using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>A run over a simulated network.</summary>
public sealed class SimulationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_without_an_engine_is_simulated_when_its_agents_are()
    {
        _folder.Write("targets.csv", "10.0.0.0/28\n");
        _folder.Write("job.yml", "jobs: [{ name: lab, targets: { file: targets.csv }, probe: { count: 1 }, output: { file: results.csv } }]\n");
        await using var run = LabProcess.Start(
            Repository.CoordinatorProgram, ["run", "-c", "job.yml", "--local-agents", "2", "--simulate", "dead=100"], workingDirectory: _folder.Root);

        Assert.True(await run.WaitForExit(Patience) == 0, run.Describe(lines: 30));

        Assert.Contains(run.Errors, line => line.StartsWith("16 targets: 0 up, 16 down, 0 unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rounds_one_after_the_other_on_standard_output_are_one_csv()
    {
        _folder.Write("targets.csv", "10.0.0.0/28\n");
        _folder.Write("job.yml", "jobs: [{ name: lab, targets: { file: targets.csv }, probe: { count: 1 } }]\n");
        await using var run = LabProcess.Start(
            Repository.CoordinatorProgram, ["run", "-c", "job.yml", "--local-agents", "1", "--simulate", "dead=0", "--rounds", "2", "-o", "-"], workingDirectory: _folder.Root);

        Assert.True(await run.WaitForExit(Patience) == 0, run.Describe(lines: 30));

        Assert.Equal(1 + 2 * 16, run.Output.Count);
        Assert.Single(run.Output, line => line.StartsWith("time,address", StringComparison.Ordinal));
    }
}
