using FpingCluster.Shared.Results;

namespace FpingCluster.Benchmarks.Runs;

/// <summary>One `fping-coordinator run`.</summary>
/// <param name="Cpu">The coordinator's own.</param>
/// <param name="TreeCpu">With its agents and their processes.</param>
/// <param name="OthersCpu">All else that ran on this machine meanwhile.</param>
/// <param name="PeakBytes">The coordinator's own.</param>
/// <param name="Elapsed">From start to end of the process.</param>
/// <param name="Log">Its standard error.</param>
internal sealed record CoordinatorRun(
    RoundSummary Summary, TimeSpan Cpu, TimeSpan TreeCpu, TimeSpan OthersCpu, long PeakBytes, TimeSpan Elapsed, IReadOnlyList<string> Log)
{
    /// <summary>Percent of all CPUs together.</summary>
    public double OthersPercent => 100 * OthersCpu / (Elapsed * Environment.ProcessorCount);
}
