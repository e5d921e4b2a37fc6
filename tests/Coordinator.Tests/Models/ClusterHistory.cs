namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>What happens to a cluster: the same for the same seed.</summary>
internal sealed record ClusterHistory(int Seed, IReadOnlyList<ClusterStep> Steps)
{
    private const int Agents = 4;
    private const int MostSteps = 150;

    // How often, of 100.
    private static readonly (ClusterOperation Operation, int Weight)[] Weights =
    [
        (ClusterOperation.Connect, 9), (ClusterOperation.Break, 3), (ClusterOperation.Cut, 3), (ClusterOperation.Mend, 4), (ClusterOperation.Restart, 3),
        (ClusterOperation.Read, 14), (ClusterOperation.Beat, 8), (ClusterOperation.Probe, 11), (ClusterOperation.Send, 10), (ClusterOperation.Repeat, 3),
        (ClusterOperation.Forge, 3), (ClusterOperation.Return, 4), (ClusterOperation.LeaveInOrder, 1), (ClusterOperation.Drain, 1), (ClusterOperation.Goodbye, 2), (ClusterOperation.Commit, 6),
        (ClusterOperation.Pass, 13), (ClusterOperation.StandStill, 1), (ClusterOperation.JumpWallClock, 2), (ClusterOperation.KillCoordinator, 2),
    ];

    private static readonly ClusterOperation[] Operations = [.. Weights.SelectMany(weight => Enumerable.Repeat(weight.Operation, weight.Weight))];

    public static ClusterHistory Of(int seed)
    {
        var random = new Random(seed);
        var steps = new ClusterStep[random.Next(MostSteps)];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = new ClusterStep(Operations[random.Next(Operations.Length)], random.Next(Agents), random.Next(1_000));
        }

        return new ClusterHistory(seed, steps);
    }

    /// <summary>Null when all is well, else what is wrong.</summary>
    public Exception? Play()
    {
        try
        {
            var model = new ClusterModel(Agents, Seed);
            foreach (var step in Steps)
            {
                model.Do(step);
            }

            model.Finish();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>
    /// Delta debugging: as few of the steps as still fail. Parts are left out, first large ones and then single steps, until none can be spared.
    /// </summary>
    public ClusterHistory Shrink()
    {
        var shortest = this;
        for (var part = Math.Max(1, Steps.Count / 2); ;)
        {
            if (shortest.WithoutSome(part).FirstOrDefault(shorter => shorter.Play() is not null) is { } failing)
            {
                shortest = failing;
            }
            else if (part == 1)
            {
                return shortest;
            }
            else
            {
                part /= 2;
            }
        }
    }

    public override string ToString() => $"seed {Seed}, {Steps.Count} steps:{Environment.NewLine}{string.Join(Environment.NewLine, Steps)}";

    private IEnumerable<ClusterHistory> WithoutSome(int part)
    {
        for (var start = 0; start + part <= Steps.Count; start += part)
        {
            yield return this with { Steps = [.. Steps.Take(start), .. Steps.Skip(start + part)] };
        }
    }
}
