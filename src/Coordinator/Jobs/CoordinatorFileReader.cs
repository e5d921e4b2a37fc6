using System.Globalization;
using System.Net;
using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Reads our own files: jobs and limits, where a coordinator listens and keeps its data, and whom it trusts.</summary>
internal static class CoordinatorFileReader
{
    private static readonly string[] ServiceKeys = ["listen", "data_dir", "store", "security"];

    private static readonly TimeSpan MinRetention = TimeSpan.FromMinutes(1);

    public static CoordinatorConfiguration Read(YamlMap root, string source)
    {
        var folder = Path.GetDirectoryName(source)!;
        var configuration = new CoordinatorConfiguration
        {
            SourcePath = source,
            Jobs = ReadJobs(root, source),
            DataDir = root.FilePath("data_dir", folder) ?? Path.Combine(folder, "data"),
            ServiceKeys = [.. ServiceKeys.Where(root.Contains)],
        };
        configuration = configuration with
        {
            Limits = root.Map("limits") is { } limits ? LimitsReader.Read(limits) : configuration.Limits,
            Store = root.Map("store") is { } store ? ReadStore(store) : configuration.Store,
            Security = root.Map("security") is { } security ? SecurityReader.Read(security, folder) : configuration.Security,
        };
        if (root.Map("listen") is { } listen)
        {
            configuration = ReadListen(listen, configuration);
        }

        root.RejectUnknownKeys();
        return configuration;
    }

    private static List<Job> ReadJobs(YamlMap root, string source)
    {
        root.Require("jobs", "list at least one job with a name and targets");
        var maps = root.Maps("jobs");
        if (maps.Count == 0 && root.Contains("jobs") && root.AreSound("jobs"))
        {
            root.Error("jobs", "there is no job in the list; give at least one with a name and targets");
        }

        var files = new JobFiles(source);
        var names = new HashSet<string>();
        var jobs = new List<Job>();
        foreach (var map in maps)
        {
            var job = JobReader.Read(map, Path.GetDirectoryName(source)!, files);
            if (job.Name.Length > 0 && !names.Add(job.Name))
            {
                map.Error("name", $"there is already a job '{job.Name}'; give each job a name of its own");
            }

            jobs.Add(job);
        }

        return jobs;
    }

    private static StoreSettings ReadStore(YamlMap map)
    {
        var settings = new StoreSettings();
        settings = settings with { Retention = map.Duration("retention") ?? settings.Retention };
        if (settings.Retention < MinRetention)
        {
            map.Error("retention", $"retention is {Durations.Format(settings.Retention)}; it must be {Durations.Format(MinRetention)} or longer");
        }

        map.RejectUnknownKeys();
        return settings;
    }

    private static CoordinatorConfiguration ReadListen(YamlMap map, CoordinatorConfiguration configuration)
    {
        var read = configuration with
        {
            ListenGrpc = EndPoint(map, "grpc") ?? configuration.ListenGrpc,
            ListenHttp = EndPoint(map, "http") ?? configuration.ListenHttp,
        };
        if (map.AreSound("grpc", "http") && read.ListenGrpc.Port != 0 && read.ListenGrpc.Equals(read.ListenHttp))
        {
            map.Error("http", $"grpc and http both listen on {read.ListenHttp}; give each a port of its own");
        }

        map.RejectUnknownKeys();
        return read;
    }

    private static IPEndPoint? EndPoint(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        var colon = text.LastIndexOf(':');
        if (colon > 0
            && TargetAddress.TryParse(text[0] == '[' && text[colon - 1] == ']' ? text.AsSpan(1, colon - 2) : text.AsSpan(0, colon), out var address)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return new IPEndPoint(address.ToIPAddress(), port);
        }

        map.Error(key, $"{key} must be ADDRESS:PORT such as 127.0.0.1:7443 or [::1]:7443, not '{text}'");
        return null;
    }
}
