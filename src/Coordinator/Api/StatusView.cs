namespace FpingCluster.Coordinator.Api;

/// <summary>The cluster in one object.</summary>
internal sealed record StatusView(
    string Version, bool Ready, string? Problem, int Agents, int CapacityPingsPerSecond, IReadOnlyList<JobView> Jobs, IReadOnlyList<RoundView> Running);
