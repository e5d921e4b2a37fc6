namespace FpingCluster.Benchmarks.Soak;

/// <summary>Hits one agent after the other, and now and then the coordinator, with a fault chosen at random; what was hit is repaired before the next.</summary>
internal sealed class SoakFaults(SoakCluster cluster, int seed)
{
    // 3 s is the grace of a silent agent: the pauses are about as often below it as above.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(6);

    private readonly Random _random = new(seed);

    public int Killed { get; private set; }

    public int Frozen { get; private set; }

    public int Drained { get; private set; }

    public int CoordinatorKilled { get; private set; }

    /// <summary>No more faults of the coordinator, whose memory has to be watched over a long life.</summary>
    public bool SparesCoordinator { get; set; }

    /// <summary>Faults until cancelled; ends with everything repaired.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await (_random.Next(SparesCoordinator ? 9 : 10) switch
            {
                < 3 => KillAsync(Victim()),
                < 6 => FreezeAsync(Victim()),
                < 9 => DrainAsync(Victim()),
                _ => KillCoordinatorAsync(),
            });
            await PauseAsync();
        }
    }

    private string Victim() => cluster.Victims[_random.Next(cluster.Victims.Count)];

    private Task PauseAsync() => Task.Delay(_random.NextDouble() * LongestPause, TimeProvider.System, CancellationToken.None);

    private async Task KillAsync(string agent)
    {
        cluster.Agent(agent).Kill9();
        Killed++;
        await cluster.EndAsync(agent);
        await PauseAsync();
        cluster.Launch(agent);
    }

    private async Task FreezeAsync(string agent)
    {
        cluster.Agent(agent).Freeze();
        Frozen++;
        await PauseAsync();
        cluster.Agent(agent).Thaw();
    }

    private async Task DrainAsync(string agent)
    {
        cluster.Agent(agent).Terminate();
        Drained++;
        await cluster.EndAsync(agent);
        cluster.Launch(agent);
    }

    private async Task KillCoordinatorAsync()
    {
        await cluster.RestartCoordinatorAsync();
        CoordinatorKilled++;
    }
}
