using FpingCluster.Benchmarks.Runs;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>Runs a coordinator with local agents over the targets: what the demo does.</summary>
internal sealed class ClusterPing(LabHost host, WorkFolder folder, string targets)
{
    private const int Unlimited = 10_000_000;

    private readonly CoordinatorRunner _runner = new(folder, host);

    /// <param name="probe">What the job's probe says beside the count.</param>
    public async Task<EngineRun> RunAsync(string probe, int agents, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(folder.File("targets.txt"), targets, cancellationToken);
        var run = await _runner.RunAsync(Job(probe), ["--local-agents", $"{agents}"], cancellationToken);
        var summary = run.Summary;
        return new EngineRun(
            summary.Sent, summary.Received, summary.Duration.TotalSeconds, summary.Unknown, summary.LocalDrops, summary.Rtt, run.TreeCpu, run.PeakBytes,
            run.OthersPercent);
    }

    private static string Job(string probe) => $$"""
        jobs:
          - name: engines
            targets: { file: targets.txt }
            probe: { count: 5, {{probe}} }
            output: { file: results.csv }
        limits: { per_agent: {{Unlimited}} }
        """;
}
