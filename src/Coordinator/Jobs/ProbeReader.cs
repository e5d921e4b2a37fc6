using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Reads a job's 'probe', and its 'bucket', which belongs to the probe but stands beside it.</summary>
internal static class ProbeReader
{
    private static readonly string[] FpingKeys = ["layout", "workers", "interval"];

    public static Probe Read(YamlMap? map, YamlMap job)
    {
        var probe = map is null ? new Probe() : ReadKeys(map);
        probe = probe with { Bucket = job.WholeNumber("bucket") ?? probe.Bucket };
        foreach (var (key, message) in ProbeRules.Check(probe))
        {
            (key == "bucket" ? job : map ?? job).Error(key, message);
        }

        map?.RejectUnknownKeys();
        return probe;
    }

    private static Probe ReadKeys(YamlMap map)
    {
        var defaults = new Probe();
        var probe = new Probe
        {
            Engine = map.Choice(
                "engine", EngineKind.Auto, EngineKind.Raw, EngineKind.Fping, EngineKind.Simulated) ?? defaults.Engine,
            Count = map.WholeNumber("count") ?? defaults.Count,
            Period = map.Duration("period") ?? defaults.Period,
            Timeout = map.Duration("timeout") ?? defaults.Timeout,
            Size = map.WholeNumber("size") ?? defaults.Size,
            Text = map.Text("text"),
            Layout = map.Choice("layout", FpingLayoutKind.Auto, FpingLayoutKind.Pyfping) ?? defaults.Layout,
            Workers = map.WholeNumber("workers"),
            Interval = map.Duration("interval"),
        };
        if (probe.Engine is EngineKind.Raw or EngineKind.Simulated)
        {
            foreach (var key in FpingKeys.Where(map.Contains))
            {
                map.Error(key, $"{key} is for the fping engine, not for engine {probe.Engine.ToString().ToLowerInvariant()}; remove it or set engine: fping");
            }
        }

        if (probe.Engine == EngineKind.Simulated && probe.Text is not null)
        {
            map.Error("text", "text is for the raw engine, not for engine simulated, which sends nothing; remove it");
        }

        return probe;
    }
}
