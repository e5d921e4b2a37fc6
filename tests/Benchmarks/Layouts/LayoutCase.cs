namespace FpingCluster.Benchmarks.Layouts;

/// <param name="Probe">What the job's probe says beside the count.</param>
/// <param name="PerAgent">The limit in pings per second.</param>
internal sealed record LayoutCase(string Name, string Probe, int PerAgent);
