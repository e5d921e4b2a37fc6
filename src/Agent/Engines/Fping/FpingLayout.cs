using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>How many fping processes run at once, on how many targets each, and how fast each sends.</summary>
/// <param name="FullBucket">The most targets one process is given.</param>
/// <param name="WorthwhileBucket">Fewer targets than this do not make a process end sooner, so work is not cut finer.</param>
/// <param name="Interval">fping's gap between two pings of one process (-i); whole hundredths of a millisecond.</param>
/// <param name="Why">For the log.</param>
internal sealed record FpingLayout(FpingLayoutKind Kind, int Workers, int FullBucket, int WorthwhileBucket, TimeSpan Interval, string Why)
{
    /// <summary>
    /// How many targets so many free workers should take. The less is ready, the less each takes: all workers then end together instead of all waiting
    /// for the last full bucket.
    /// </summary>
    public int TargetsFor(int freeWorkers, int readyTargets)
    {
        var share = readyTargets == 0 ? FullBucket : Math.Clamp((readyTargets + Workers - 1) / Workers, WorthwhileBucket, FullBucket);
        return (int)Math.Min(int.MaxValue, (long)freeWorkers * share);
    }

    /// <summary>Into how many buckets so many targets are cut, evenly, when so many workers are free.</summary>
    public int BucketsFor(int targets, int freeWorkers)
    {
        var needed = (targets + FullBucket - 1) / FullBucket;
        var worthwhile = (targets + WorthwhileBucket / 2) / WorthwhileBucket;
        return Math.Clamp(Math.Min(worthwhile, freeWorkers), needed, Math.Max(needed, targets));
    }
}
