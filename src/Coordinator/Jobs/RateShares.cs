namespace FpingCluster.Coordinator.Jobs;

/// <summary>Divides the cluster's rate among its agents.</summary>
internal static class RateShares
{
    /// <summary>
    /// Each agent's budget in pings per second: by capacity, never above it, and never above <paramref name="rate"/> in sum. Nobody who can have one ping
    /// per second has less; when there are fewer pings than agents, the last ones have nothing.
    /// </summary>
    public static int[] Divide(int? rate, IReadOnlyList<int> capacities)
    {
        var sum = capacities.Sum(capacity => (long)capacity);
        if (rate is not { } limit || sum <= limit)
        {
            return [.. capacities];
        }

        var agents = capacities.Count;
        return limit < agents
            ? [.. capacities.Select((_, agent) => agent < limit ? 1 : 0)]
            : [.. capacities.Select(capacity => 1 + (int)((capacity - 1L) * (limit - agents) / (sum - agents)))];
    }
}
