namespace FpingCluster.Coordinator.Jobs;

/// <summary>Divides the cluster's rate among its agents.</summary>
internal static class RateShares
{
    /// <summary>Each agent's budget in pings per second: by capacity, never above <paramref name="perAgent"/>, and never above <paramref name="rate"/> in sum.</summary>
    public static int[] Divide(int? rate, int perAgent, IReadOnlyList<int> capacities)
    {
        var own = capacities.Select(capacity => Math.Min(capacity, perAgent)).ToArray();
        var sum = own.Sum(share => (long)share);
        return rate is not { } limit || sum <= limit ? own : [.. own.Select(share => (int)(share * (long)limit / sum))];
    }
}
