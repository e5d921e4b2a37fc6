using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>What one fping process is given: targets of one family, from one or several shards, under one probe.</summary>
internal sealed class FpingBucket(Probe probe, FpingTarget[] targets)
{
    /// <summary>
    /// fping waits this much longer than the probe's timeout, and what comes late is counted as lost here. So a process outlives by this much every reply that its
    /// socket might have dropped, and a look at the drop counter within that time misses nothing.
    /// </summary>
    public static readonly TimeSpan DropMargin = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan WatchdogGrace = TimeSpan.FromSeconds(5);

    /// <summary>Per ping, above the interval: timer slack, system calls, waiting for a CPU.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromMilliseconds(0.25);

    private const int LongestAddress = 45;

    public Probe Probe => probe;

    public FpingTarget[] Targets => targets;

    public bool IsIPv4 => targets[0].Address.IsIPv4;

    public TimeSpan FpingTimeout => probe.Timeout + DropMargin;

    /// <summary>The shortest gap between two pings with which no prefix gets more than this, on average over a pass through the targets.</summary>
    public TimeSpan IntervalFor(PrefixRate limit)
    {
        var densest = targets.CountBy(target => limit.PrefixOf(target.Address)).Max(prefix => prefix.Value);
        var pass = TimeSpan.FromSeconds(densest / limit.PingsPerSecond);
        return pass <= probe.Period ? TimeSpan.Zero : pass / targets.Length;
    }

    /// <summary>A process that lives longer is overdue.</summary>
    public TimeSpan WatchdogAfter(TimeSpan interval)
    {
        var sending = probe.Count * targets.Length * (interval + Overhead);
        var waiting = (probe.Count - 1) * probe.Period;
        return ((sending > waiting ? sending : waiting) + FpingTimeout) * 1.5 + WatchdogGrace;
    }

    /// <summary>The targets as fping reads them: one a line.</summary>
    public byte[] ToInput()
    {
        var input = new byte[targets.Length * (LongestAddress + 1)];
        var length = 0;
        foreach (var target in targets)
        {
            length += target.Address.Format(input.AsSpan(length));
            input[length++] = (byte)'\n';
        }

        return input[..length];
    }

    public TargetAddress[] Addresses() => Array.ConvertAll(targets, target => target.Address);
}
