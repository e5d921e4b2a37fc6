using System.Globalization;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Chooses workers x bucket x interval for a probe and a rate. The sum of 1/interval over the workers never exceeds the rate, save that one worker
/// alone may have all of it.
/// </summary>
internal static class FpingLayoutPlanner
{
    public const int PyfpingWorkers = 72;

    public static readonly TimeSpan PyfpingInterval = TimeSpan.FromMilliseconds(4);

    /// <summary>select() and the kernel's timer slack (50 us) keep one process from sending faster than this, whatever -i says.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(0.15);

    /// <summary>
    /// What one process of the auto layout is asked to send. Each process loses 0.06 to 0.15 ms per ping to timer slack, so a short interval is missed by far,
    /// but each further raw socket receives the replies of all others. Measured on 2 CPUs: 8 x 0.4 ms reached 14,500 to 15,900 pings/s at 72 us of CPU a ping,
    /// 8 x 0.15 ms 28,500 to 31,600 at 48 us, 72 x 4 ms 5,200 to 8,600 at 222 us.
    /// </summary>
    public const int AutoWorkerPingsPerSecond = 1_700;

    /// <summary>
    /// More processes than this only copy one another's replies. Agents that share a host are each told of their part of its processors, so three of them do not
    /// start three times as many.
    /// </summary>
    public const int WorkersPerProcessor = 4;

    /// <summary>
    /// Long enough that the last timeout of a bucket, in which its process sends nothing, costs little (0.5 s of 10.5 s); short enough that a round's end,
    /// a lowered rate and a lost process do not wait long.
    /// </summary>
    public static readonly TimeSpan AutoSendingTime = TimeSpan.FromSeconds(10);

    /// <summary>fping 4.x counts time in hundredths of a millisecond and cuts off the rest.</summary>
    private const long IntervalStepTicks = TimeSpan.TicksPerMillisecond / 100;

    public static FpingLayout Plan(Probe probe, int pingsPerSecond, int processors) => probe.Layout == FpingLayoutKind.Pyfping
        ? PlanPyfping(probe, pingsPerSecond)
        : PlanAuto(probe, pingsPerSecond, processors);

    /// <summary>To an interval that every fping keeps exactly.</summary>
    public static TimeSpan RoundUp(TimeSpan interval) =>
        TimeSpan.FromTicks((interval.Ticks + IntervalStepTicks - 1) / IntervalStepTicks * IntervalStepTicks);

    private static FpingLayout PlanPyfping(Probe probe, int pingsPerSecond)
    {
        var interval = AllowedInterval(probe.Interval ?? PyfpingInterval, pingsPerSecond);
        var bucket = Math.Min(probe.Bucket, SequenceLimit(probe));
        return Layout(probe, probe.Workers ?? PyfpingWorkers, bucket, interval, pingsPerSecond, "workers, bucket and interval as set");
    }

    private static FpingLayout PlanAuto(Probe probe, int pingsPerSecond, int processors)
    {
        var mostWorkers = Math.Max(4, WorkersPerProcessor * processors);
        var workers = probe.Workers ?? Math.Clamp(WorkersFor(probe, pingsPerSecond), 1, probe.Interval is null ? mostWorkers : ProbeRules.MaxWorkers);
        var interval = AllowedInterval(probe.Interval ?? ShortestFor(workers, pingsPerSecond), pingsPerSecond);
        var passTicks = Math.Max(probe.Period.Ticks, AutoSendingTime.Ticks / probe.Count);
        var bucket = (int)Math.Clamp(passTicks / interval.Ticks, 1, SequenceLimit(probe));
        var why = string.Create(CultureInfo.InvariantCulture,
            $"as few processes as reach the rate, each raw socket receives every reply; a full bucket sends for {bucket * interval * probe.Count:s\\.f} s");
        return Layout(probe, workers, bucket, interval, pingsPerSecond, why);
    }

    private static int WorkersFor(Probe probe, int pingsPerSecond) => probe.Interval is { } interval
        ? (int)Math.Min(ProbeRules.MaxWorkers, pingsPerSecond * AllowedInterval(interval, pingsPerSecond).TotalSeconds)
        : (pingsPerSecond + AutoWorkerPingsPerSecond - 1) / AutoWorkerPingsPerSecond;

    private static FpingLayout Layout(Probe probe, int workers, int bucket, TimeSpan interval, int pingsPerSecond, string because)
    {
        var idle = probe.Count > 1 ? probe.Period : probe.Timeout;
        var worthwhile = (int)Math.Clamp((idle.Ticks + interval.Ticks - 1) / interval.Ticks, 1, bucket);
        var why = string.Create(CultureInfo.InvariantCulture,
            $"{workers:N0} workers x {bucket:N0} targets at {interval.TotalMilliseconds:0.##} ms for {pingsPerSecond:N0} pings/s: {because}");
        return new FpingLayout(probe.Layout, workers, bucket, worthwhile, interval, why);
    }

    /// <summary>The first interval at or above the wanted one that fping keeps and with which one process alone stays below the rate.</summary>
    private static TimeSpan AllowedInterval(TimeSpan wanted, int pingsPerSecond)
    {
        var ticks = Math.Max(Math.Max(wanted.Ticks, ShortestInterval.Ticks), ShortestFor(1, pingsPerSecond).Ticks);
        return RoundUp(TimeSpan.FromTicks(ticks));
    }

    private static TimeSpan ShortestFor(int workers, int pingsPerSecond) =>
        TimeSpan.FromTicks((workers * TimeSpan.TicksPerSecond + pingsPerSecond - 1) / pingsPerSecond);

    private static int SequenceLimit(Probe probe) => Math.Max(1, ProbeRules.FpingSequences / probe.Count);
}
