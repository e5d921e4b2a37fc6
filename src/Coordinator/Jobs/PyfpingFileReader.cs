using System.Globalization;
using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Reads pyfping's YAML as it stands and means by it what pyfping does. Its relative paths count from the current folder; here a file that exists
/// beside the YAML comes first, so that the file works from anywhere.
/// </summary>
internal static class PyfpingFileReader
{
    private static readonly string[] RootKeys = ["inputCsv", "outputCsv", "trunkSize", "poolSize"];

    // pyfping sleeps this long after every round, whatever its 'delay'.
    private static readonly TimeSpan FixedPause = TimeSpan.FromSeconds(10);

    // fping in count mode waits for a reply as long as its period, at most this long.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(2000);

    public static bool Recognizes(YamlMap root) => !root.Contains("jobs") && RootKeys.Any(root.Contains);

    public static CoordinatorConfiguration Read(YamlMap root, string source)
    {
        var folder = Path.GetDirectoryName(source)!;
        root.Require("fping", "it holds count, timeout, bytes and interval");
        var fping = root.Map("fping");
        var job = ReadJob(root, source, ReadProbe(root, fping));
        var configuration = new CoordinatorConfiguration
        {
            SourcePath = source,
            Jobs = [job],
            DataDir = Path.Combine(folder, "data"),
            FpingPath = fping?.Text("cmd"),
            Notes = PyfpingNotes.For(job.Probe, fping?.WholeNumber("retries", 0)),
        };
        fping?.RejectUnknownKeys();
        root.RejectUnknownKeys();
        return configuration;
    }

    private static Job ReadJob(YamlMap root, string source, Probe probe)
    {
        root.Require("inputCsv", "name the target list");
        root.Require("outputCsv", "name the file that gets the results, or give it no value for none");
        var name = JobName(source);
        var files = new JobFiles(source);
        var targets = Locate(root, "inputCsv", source);
        if (targets is not null)
        {
            files.AddTargets(root, "inputCsv", targets, name);
        }

        var output = root.IsFalsy("outputCsv") ? null : Locate(root, "outputCsv", source);
        if (output is not null)
        {
            files.AddOutput(root, "outputCsv", output, name);
        }

        return new Job
        {
            Name = name,
            TargetFile = targets ?? "",
            Pause = FixedPause + (Number(root, "delay", "seconds", TimeSpan.TicksPerSecond) ?? TimeSpan.Zero),
            Probe = probe,
            Output = output is null ? null : new JobOutput(output, ResultFormat.Pyfping),
        };
    }

    private static Probe ReadProbe(YamlMap root, YamlMap? fping)
    {
        root.Require("trunkSize", "say how many targets one fping process gets");
        root.Require("poolSize", "say how many fping processes run at once");
        fping?.Require("count", "say how many pings each target gets");
        fping?.Require("timeout", "say how many milliseconds lie between two pings of a target (fping's -p)");
        fping?.Require("bytes", "say how many bytes of payload a ping carries");
        fping?.Require("interval", "say how many milliseconds lie between two pings of a process (fping's -i)");
        var period = fping is null ? null : Number(fping, "timeout", "milliseconds", TimeSpan.TicksPerMillisecond);
        var defaults = new Probe();
        var probe = new Probe
        {
            Engine = EngineKind.Fping,
            Layout = FpingLayoutKind.Pyfping,
            Workers = root.WholeNumber("poolSize"),
            Bucket = root.WholeNumber("trunkSize") ?? defaults.Bucket,
            Count = fping?.WholeNumber("count") ?? defaults.Count,
            Size = fping?.WholeNumber("bytes") ?? defaults.Size,
            Interval = fping is null ? null : Number(fping, "interval", "milliseconds", TimeSpan.TicksPerMillisecond),
            Period = period ?? defaults.Period,
            Timeout = period < LongestTimeout ? period.Value : period is null ? defaults.Timeout : LongestTimeout,
        };
        foreach (var (rule, message) in ProbeRules.Check(probe))
        {
            Report(rule, message, root, fping ?? root);
        }

        return probe;
    }

    // The timeout follows from the period, whose error says it all.
    private static void Report(string rule, string message, YamlMap root, YamlMap fping)
    {
        switch (rule)
        {
            case "bucket":
                root.Error("trunkSize", message);
                break;
            case "workers":
                root.Error("poolSize", message);
                break;
            case "period":
                fping.Error("timeout", message);
                break;
            case "size":
                fping.Error("bytes", message);
                break;
            case not "timeout":
                fping.Error(rule, message);
                break;
        }
    }

    private static string? Locate(YamlMap root, string key, string source)
    {
        var beside = root.FilePath(key, Path.GetDirectoryName(source)!);
        return beside is null || File.Exists(beside) ? beside : root.FilePath(key, Environment.CurrentDirectory);
    }

    private static TimeSpan? Number(YamlMap map, string key, string unit, long ticks) =>
        map.Value<TimeSpan>(key, $"a number of {unit}", (text, out value) =>
        {
            var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * ticks < TimeSpan.FromDays(3650).Ticks;
            value = isNumber ? TimeSpan.FromTicks((long)(number * ticks)) : default;
            return isNumber;
        });

    private static string JobName(string source)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(source).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
        name = name.TrimStart('.', '_', '-');
        return name.Length == 0 ? "pyfping" : name[..Math.Min(name.Length, 64)];
    }
}
