namespace FpingCluster.Coordinator.Jobs;

/// <summary>The jobs that this process runs, for those who show them.</summary>
internal sealed class ServiceJobs
{
    /// <summary>Set once, before the API is heard.</summary>
    public IReadOnlyList<JobRunner> Runners { get; set; } = [];

    public bool Has(string job) => Runners.Any(runner => runner.Status.Job.Name == job);
}
