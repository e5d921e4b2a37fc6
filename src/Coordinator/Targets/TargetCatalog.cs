using System.Collections.Concurrent;

namespace FpingCluster.Coordinator.Targets;

/// <summary>The present targets of each job. Jobs replace theirs whole; everyone else reads.</summary>
internal sealed class TargetCatalog
{
    private readonly ConcurrentDictionary<string, JobTargets> _jobs = new();

    public JobTargets? Find(string job) => _jobs.GetValueOrDefault(job);

    public void Replace(string job, JobTargets targets) => _jobs[job] = targets;
}
