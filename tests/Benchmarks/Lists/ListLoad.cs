namespace FpingCluster.Benchmarks.Lists;

/// <summary>What one process found when it loaded one list and planned its shards.</summary>
internal sealed record ListLoad(int Targets, int Shards, double LoadSeconds, long LoadPeakBytes, double PlanSeconds, long PlanPeakBytes);
