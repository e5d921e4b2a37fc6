using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Says in a few lines what a configuration comes to, defaults included, for people to read before a run.</summary>
internal static class EffectiveSettings
{
    /// <param name="targets">How many targets are in each target file, as far as they were read.</param>
    public static IReadOnlyList<string> Describe(CoordinatorConfiguration configuration, IReadOnlyDictionary<string, int> targets) =>
    [
        .. configuration.Jobs.SelectMany(job => Describe(job, targets.TryGetValue(job.TargetFile, out var count) ? count : null, configuration.Limits)),
        Line("limits", Describe(configuration.Limits)),
        Line("listen", $"grpc {configuration.ListenGrpc}, http {configuration.ListenHttp}"),
        .. configuration.Security.Anonymous is { } role ? [Line("api", $"who shows no token is {Name(role)}")] : Array.Empty<string>(),
        Line("data", $"{configuration.DataDir}, rounds kept for {Durations.Format(configuration.Store.Retention)}"),
        Line("security", Describe(configuration.Security)),
        .. configuration.FpingPath is { } fping ? [Line("fping", $"{fping}, for agents started here")] : Array.Empty<string>(),
        .. configuration.Notes.Select(note => Line("note", note)),
    ];

    private static IEnumerable<string> Describe(Job job, int? targets, Limits limits)
    {
        yield return Line("job", job.Name);
        yield return Line("  targets", targets is { } number ? $"{job.TargetFile}, {Quantity.Of(number, "target")}" : job.TargetFile);
        yield return Line("  schedule", Schedule(job) + Demand(job, targets, limits));
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

    private static string Demand(Job job, int? targets, Limits limits)
    {
        if (job.Every is not { } every || targets is not { } count)
        {
            return "";
        }

        var needed = Math.Ceiling((double)count * job.Probe.Count / every.TotalSeconds);
        var beyond = needed > limits.Rate ? $", more than the {limits.Rate:N0} of limits.rate: rounds will be skipped" : "";
        return $", which takes {Quantity.Of((long)needed, "ping")}/s{beyond}";
    }

    private static string Describe(Probe probe) =>
        $"engine {Name(probe.Engine)}, {Quantity.Of(probe.Count, "ping")} {Durations.Format(probe.Period)} apart, timeout {Durations.Format(probe.Timeout)}, {Quantity.Of(probe.Size, "byte")}; " +
        $"{Durations.Format(probe.Duration())} a target; up to {Quantity.Of(probe.Bucket, "target")} a shard";

    private static string Layout(Probe probe)
    {
        var workers = probe.Workers is { } number ? $", {Quantity.Of(number, "worker")}" : "";
        var interval = probe.Interval is { } gap ? $", interval {Durations.Format(gap)}" : "";
        return $"layout {Name(probe.Layout)}{workers}{interval}";
    }

    private static string Describe(Limits limits)
    {
        var rate = limits.Rate is { } whole ? $"{Quantity.Of(whole, "ping")}/s in all" : "no limit in all";
        var prefix = limits.PerPrefix is { } limit ? $"; {Quantity.Of(limit.Rate, "ping")}/s to each IPv4 /{limit.IPv4} and IPv6 /{limit.IPv6}" : "";
        var exclude = limits.Exclude.Count > 0 ? $"; never {string.Join(", ", limits.Exclude.Select(Name))}" : "";
        return $"{rate}; {Quantity.Of(limits.PerAgent, "ping")}/s an agent{prefix}{exclude}";
    }

    private static string Describe(SecuritySettings security)
    {
        var certificate = security.Tls is { } tls ? $"certificate {tls.Certificate}" : "certificate of its own CA";
        var names = security.Names.Count > 0 ? $", also for {string.Join(", ", security.Names)}" : "";
        var agents = security.AgentsCa is { } ca ? $"; agents by {ca}, or" : "; agents";
        var joinToken = security.JoinToken is { } token ? $", with the join token in {token.File}" : "";
        return $"{certificate}{names}{agents} enrolled here for {Durations.Format(security.AgentLifetime)}{joinToken}";
    }

    private static string Name(AddressRange range) => range.ToString();

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Line(string title, string text) => $"{title,-12}{text}";
}
