using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A runner for each job, over the services of one coordinator.</summary>
internal static class JobRunners
{
    public static IReadOnlyList<JobRunner> Create(IEnumerable<Job> jobs, Limits limits, IServiceProvider services) =>
        [.. jobs.Select(job => new JobRunner(
            job,
            new TargetLoader(
                job, limits, services.GetRequiredService<TargetCatalog>(), services.GetRequiredService<INameResolver>(), services.GetRequiredService<TimeProvider>()),
            services.GetRequiredService<ClusterLoop>(),
            services.GetRequiredService<RoundOutput>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<JobRunner>>()))];
}
