using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>The progress of all running rounds in one line.</summary>
internal static class RunProgress
{
    public static ProgressDisplay Show(ClusterLoop cluster, RoundOutput output, bool verbose)
    {
        var last = default(ProgressSnapshot);
        return ProgressDisplay.Start(() => last = Sum(cluster) ?? last with { Stage = output.Stage }, Console.Error, TerminalFeatures.StderrRedraws && !verbose, TimeProvider.System);
    }

    // Between rounds there is none, and the last one stays on show.
    private static ProgressSnapshot? Sum(ClusterLoop cluster)
    {
        var rounds = cluster.Progress;
        return rounds.Count == 0
            ? null
            : new ProgressSnapshot(
                rounds.Sum(round => round.Targets),
                rounds.Sum(round => round.Done),
                rounds.Sum(round => round.Up),
                rounds.Sum(round => round.Down),
                rounds.Sum(round => round.Unknown),
                rounds.Sum(round => round.Sent));
    }
}
