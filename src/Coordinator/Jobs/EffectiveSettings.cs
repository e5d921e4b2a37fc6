using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Says in a few lines what a configuration comes to, defaults included, for people to read before a run.</summary>
internal static class EffectiveSettings
{
    public static IReadOnlyList<string> Describe(CoordinatorConfiguration configuration) =>
    [
        .. configuration.Jobs.SelectMany(Describe),
        Line("limits", Describe(configuration.Limits)),
        Line("listen", $"grpc {configuration.ListenGrpc}, http {configuration.ListenHttp}"),
        Line("data", $"{configuration.DataDir}, rounds kept for {Durations.Format(configuration.Store.Retention)}"),
        .. configuration.FpingPath is { } fping ? [Line("fping", $"{fping}, for agents started here")] : Array.Empty<string>(),
        .. configuration.Notes.Select(note => Line("note", note)),
    ];

    private static IEnumerable<string> Describe(Job job)
    {
        yield return Line("job", job.Name);
        yield return Line("  targets", job.TargetFile);
        yield return Line("  schedule", Schedule(job));
        yield return Line("  probe", Describe(job.Probe));
        if (job.Probe.Engine is EngineKind.Auto or EngineKind.Fping)
        {
            yield return Line("  fping", Layout(job.Probe));
        }

        if (job.Where.Count > 0)
        {
            yield return Line("  where", string.Join(", ", job.Where.Select(label => $"{label.Key}={label.Value}")));
        }

        yield return Line("  output", job.Output is { } output ? $"{output.File} ({Name(output.Format)})" : "no file");
    }

    private static string Schedule(Job job) =>
        job.Every is { } every ? $"every {Durations.Format(every)}"
        : job.Pause > TimeSpan.Zero ? $"one round, or rounds with {Durations.Format(job.Pause)} after each"
        : "one round, or rounds one after another";

    private static string Describe(Probe probe) =>
        $"engine {Name(probe.Engine)}, {probe.Count} pings {Durations.Format(probe.Period)} apart, timeout {Durations.Format(probe.Timeout)}, {probe.Size} bytes; " +
        $"{Durations.Format(probe.Duration())} a target; up to {probe.Bucket} targets a shard";

    private static string Layout(Probe probe)
    {
        var workers = probe.Workers is { } number ? $", {number} workers" : "";
        var interval = probe.Interval is { } gap ? $", interval {Durations.Format(gap)}" : "";
        return $"layout {Name(probe.Layout)}{workers}{interval}";
    }

    private static string Describe(Limits limits)
    {
        var rate = limits.Rate is { } whole ? $"{whole} pings/s in all" : "no limit in all";
        var prefix = limits.PerPrefix is { } limit ? $"; {limit.Rate} pings/s to each IPv4 /{limit.IPv4} and IPv6 /{limit.IPv6}" : "";
        var exclude = limits.Exclude.Count > 0 ? $"; never {string.Join(", ", limits.Exclude.Select(Name))}" : "";
        return $"{rate}; {limits.PerAgent} pings/s an agent{prefix}{exclude}";
    }

    private static string Name(AddressRange range) => range.ToString();

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Line(string title, string text) => $"{title,-12}{text}";
}
