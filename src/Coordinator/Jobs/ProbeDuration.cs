using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs;

internal static class ProbeDuration
{
    /// <summary>How long one target takes at least: from its first ping to the deadline of its last.</summary>
    public static TimeSpan Duration(this Probe probe) => ((probe.Count - 1) * probe.Period) + probe.Timeout;
}
