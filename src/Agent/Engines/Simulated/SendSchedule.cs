using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines.Simulated;

/// <summary>When the pings of shards leave and are all answered, if no more than the rate limit leave per second. Times are since the engine began.</summary>
internal sealed class SendSchedule
{
    /// <summary>When the last ping booked so far has left.</summary>
    public TimeSpan FreeAt { get; private set; }

    /// <summary>Books a shard and tells when it is finished: its last ping has left and has had its timeout.</summary>
    public TimeSpan Book(TimeSpan now, int targets, Probe probe, int pingsPerSecond)
    {
        var start = now > FreeAt ? now : FreeAt;
        FreeAt = start + TimeSpan.FromSeconds((double)targets * probe.Count / pingsPerSecond);
        var lastLeaves = start + TimeSpan.FromSeconds((double)targets / pingsPerSecond) + (probe.Count - 1) * probe.Period;
        return (lastLeaves > FreeAt ? lastLeaves : FreeAt) + probe.Timeout;
    }
}
