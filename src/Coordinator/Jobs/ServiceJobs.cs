namespace FpingCluster.Coordinator.Jobs;

/// <summary>The jobs that this process runs, for those who show them.</summary>
internal sealed record ServiceJobs(IReadOnlyList<JobRunner> Runners);
