namespace FpingCluster.Agent.Engines.Fping;

/// <summary>The right of one process to send.</summary>
/// <param name="Interval">Its gap between two pings.</param>
/// <param name="Factor">The part of the full rate that was granted when it started.</param>
internal readonly record struct FpingSlot(TimeSpan Interval, double Factor)
{
    public double PingsPerSecond => TimeSpan.TicksPerSecond / (double)Interval.Ticks;
}
