using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A runner for each job, over the services of one coordinator, with the round that it has to go on with.</summary>
internal static class JobRunners
{
    /// <summary>Reads every job's target list first: a bad one is told before the store is opened, and leaves nothing behind.</summary>
    /// <exception cref="UserErrorException">A list is bad: all that is wrong with it.</exception>
    public static async Task<IReadOnlyList<JobRunner>> CreateAsync(
        IEnumerable<Job> jobs, Limits limits, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (catalog, names, time) = (
            services.GetRequiredService<TargetCatalog>(), services.GetRequiredService<INameResolver>(), services.GetRequiredService<TimeProvider>());
        var loaders = new List<(Job Job, TargetLoader Targets)>();
        foreach (var job in jobs)
        {
            var loader = new TargetLoader(job, limits, catalog, names, time);
            await loader.LoadAsync(cancellationToken);
            loaders.Add((job, loader));
        }

        var (cluster, output) = (services.GetRequiredService<ClusterLoop>(), services.GetRequiredService<RoundOutput>());
        var logger = services.GetRequiredService<ILogger<JobRunner>>();
        JobRunner[] runners = [.. loaders.Select(loader => new JobRunner(loader.Job, loader.Targets, cluster, output, time, logger))];
        services.GetRequiredService<RoundRecovery>().Recover(runners);
        return runners;
    }
}
