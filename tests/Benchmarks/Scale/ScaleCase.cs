using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Benchmarks.Scale;

/// <summary>One round of so many targets by so many agents, all on this machine.</summary>
internal sealed record ScaleCase(int Targets, int Agents)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const string Job = """
        jobs:
          - name: scale
            targets: { file: targets.txt }
            probe: { engine: simulated, count: 5 }
        limits: { per_agent: 10000000 }
        """;

    public async Task<CoordinatorRun> RunAsync(WorkFolder folder, CoordinatorRunner runner, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(folder.File("targets.txt"), TargetRange.Of("10.0.0.0", Targets), cancellationToken);
        var port = FreePort.Find();
        await using var fleet = LabProcess.Start(
            Environment.ProcessPath!, [FleetCommand.Name, $"http://127.0.0.1:{port}", $"{Agents}", folder.File($"fleet-{Targets}-{Agents}")]);
        using var fleetLeft = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = runner.RunAsync(
            Job, ["--wait-agents", $"{Agents}", "--listen", $"127.0.0.1:{port}", "-o", "/dev/null"], fleetLeft.Token);
        if (await Task.WhenAny(run, fleet.WaitForExit(Patience)) != run && fleet.ExitCode != ExitCode.Done)
        {
            await fleetLeft.CancelAsync();
            throw new UserErrorException($"the agents ended before the round:\n{fleet.Describe(10)}");
        }

        return await run;
    }
}
