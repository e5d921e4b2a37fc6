using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>What a pyfping file means in effect where its keys suggest something else.</summary>
internal static class PyfpingNotes
{
    public static IReadOnlyList<string> For(Probe probe, int? retries) =>
    [
        $"fping.timeout is fping's -p there: {Durations.Format(probe.Period)} from one ping of a target to its next. The timeout (-t) follows from it: " +
        $"fping takes the period, at most 2s, here {Durations.Format(probe.Timeout)}.",
        $"fping.retries (-r{(retries is null ? "" : $" {retries}")}) and pyfping's fixed -B1.0 have no effect: with -c fping never retries.",
    ];
}
