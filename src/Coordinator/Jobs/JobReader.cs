using System.Text.RegularExpressions;
using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Reads one entry of 'jobs'. Files are relative to the folder of the configuration.</summary>
internal static partial class JobReader
{
    public static Job Read(YamlMap map, string folder, JobFiles files)
    {
        var name = ReadName(map);
        var targets = ReadTargets(map, name, folder, files);
        var probe = map.Map("probe");
        var output = map.Map("output") is { } outputMap ? ReadOutput(outputMap, name, folder, files) : null;
        var job = new Job
        {
            Name = name,
            TargetFile = targets,
            Every = map.Duration("every"),
            Probe = ProbeReader.Read(probe, map),
            Where = map.Texts("where"),
            Output = output,
        };
        CheckEvery(map, probe, job);
        map.RejectUnknownKeys();
        return job;
    }

    // The name stands in URLs, metrics and file names.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    internal static partial Regex NamePattern();

    private static string ReadName(YamlMap map)
    {
        map.Require("name", "give the job a name");
        var name = map.Text("name") ?? "";
        if (map.AreSound("name") && !NamePattern().IsMatch(name))
        {
            map.Error("name", $"name is '{PlainText.Of(name)}'; it must be 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or digit");
        }

        return name;
    }

    private static string ReadTargets(YamlMap map, string job, string folder, JobFiles files)
    {
        map.Require("targets", "name the target list: targets: { file: targets.csv }");
        if (map.Map("targets") is not { } targets)
        {
            return "";
        }

        targets.Require("file", "name the target list");
        var path = targets.FilePath("file", folder) ?? "";
        if (path.Length > 0)
        {
            files.AddTargets(targets, "file", path, job);
        }

        targets.RejectUnknownKeys();
        return path;
    }

    private static JobOutput? ReadOutput(YamlMap map, string job, string folder, JobFiles files)
    {
        map.Require("file", "name the file that gets the results");
        var path = map.FilePath("file", folder);
        var format = map.Choice("format", ResultFormat.Csv, ResultFormat.Ndjson, ResultFormat.Pyfping) ?? ResultFormat.Csv;
        if (path is not null)
        {
            files.AddOutput(map, "file", path, job);
        }

        map.RejectUnknownKeys();
        return path is null ? null : new JobOutput(path, format);
    }

    private static void CheckEvery(YamlMap map, YamlMap? probeMap, Job job)
    {
        if (job.Every is not { } every || probeMap?.AreSound("count", "period", "timeout") == false)
        {
            return;
        }

        var probe = job.Probe;
        var duration = probe.Duration();
        if (every < duration)
        {
            map.Error("every", $"every is {Durations.Format(every)}, but a probe takes {Durations.Format(duration)} " +
                $"(({probe.Count} - 1) x period {Durations.Format(probe.Period)} + timeout {Durations.Format(probe.Timeout)}); raise every, or lower count, period or timeout");
        }
    }
}
