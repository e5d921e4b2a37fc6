using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Keeps the catalog's list of one job in step with its file. A changed file takes the old list's place whole, between two rounds; a bad one leaves the
/// old list and says why. Host names are resolved again whenever the file is read, and before every round if the list has any.
/// </summary>
internal sealed class TargetLoader(Job job, Limits limits, TargetCatalog catalog, INameResolver names, TimeProvider time)
{
    private (DateTime Written, long Length)? _stamp;
    private bool _hasNames;
    private long _version;

    /// <summary>Null before the first <see cref="LoadAsync"/>.</summary>
    public JobTargets? Current => catalog.Find(job.Name);

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>What is wrong with the file as it is now, while the list read before is still used.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <exception cref="UserErrorException">There is no list yet and the file is bad: all that is wrong with it, line by line.</exception>
    public async Task<JobTargets> LoadAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp();
        var current = Current;
        if (current is not null && stamp == _stamp && !_hasNames)
        {
            return current;
        }

        var reader = new TargetListReader(names, new AddressSet(limits.Exclude), time);
        var reading = await reader.ReadAsync(TargetFile.Input(job.TargetFile), ++_version, cancellationToken);
        _stamp = stamp;
        if (reading.List is { } list && limits.Refusal(job, PublicTargets.In(list.Addresses)) is { } refusal)
        {
            reading = new TargetListReading { Errors = [$"{job.TargetFile}: {refusal}"], ErrorCount = 1 };
        }

        if (reading.List is { } accepted)
        {
            (Warnings, Problems) = (reading.Warnings, []);
            current = new JobTargets(ShardPlanner.Plan(accepted, job.Probe.Bucket), PrefixBudget.RateFor(accepted.Addresses, limits.PerPrefix));
            catalog.Replace(job.Name, current);
            _hasNames = reading.HostNames > 0;
            return current;
        }

        Problems = reading.Errors;
        return current ?? throw new UserErrorException(reading.Describe());
    }

    private (DateTime Written, long Length)? Stamp()
    {
        // Of a link, as Kubernetes mounts its ConfigMaps, neither time nor length ever changes.
        var file = new FileInfo(File.Exists(job.TargetFile) && File.ResolveLinkTarget(job.TargetFile, returnFinalTarget: true) is { } target ? target.FullName : job.TargetFile);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
    }
}
