namespace FpingCluster.Benchmarks.Measuring;

internal static class ClockTicks
{
    /// <summary>The unit of /proc's CPU times is a hundredth of a second on every Linux.</summary>
    private const int PerSecond = 100;

    public static TimeSpan ToTime(long ticks) => TimeSpan.FromSeconds(ticks / (double)PerSecond);
}
