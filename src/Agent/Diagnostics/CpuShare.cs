using System.Globalization;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>How many CPUs there are and how many of them the cgroups of this process let it use.</summary>
internal static class CpuShare
{
    public static Finding Check(HostFiles files)
    {
        var cpus = files.ReadLines("proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]));
        return Quota(files) is { } quota && quota < cpus
            ? new("CPUs", $"{cpus}, of which the cgroup's quota allows {quota:0.##}", Verdict.Limits,
                "when the quota is used up everything stands still until the next period, and RTTs grow: raise the container's CPU limit, or run the agent " +
                "with a --max-rate below the measured rate")
            : new("CPUs", $"{cpus}, no cgroup quota", Verdict.Ok);
    }

    /// <summary>In CPUs; a quota of an outer cgroup binds the inner ones. Null: none.</summary>
    private static double? Quota(HostFiles files)
    {
        double? least = null;
        foreach (var line in files.ReadLines("proc/self/cgroup"))
        {
            var parts = line.Split(':', 3);
            if (parts.Length < 3 || (parts[1].Length > 0 && !parts[1].Split(',').Contains("cpu")))
            {
                continue;
            }

            for (var folder = parts[2]; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                var quota = parts[1].Length == 0 ? UnifiedQuota(files, folder) : LegacyQuota(files, parts[1], folder);
                least = quota is { } found && !(found >= least) ? found : least;
            }
        }

        return least;
    }

    // "max 100000" or "50000 100000", in microseconds.
    private static double? UnifiedQuota(HostFiles files, string folder)
    {
        var columns = files.ReadLine($"sys/fs/cgroup/{folder.Trim('/')}/cpu.max")?.Split(' ') ?? [];
        return columns.Length == 2
            && long.TryParse(columns[0], CultureInfo.InvariantCulture, out var quota)
            && long.TryParse(columns[1], CultureInfo.InvariantCulture, out var period)
            ? (double)quota / period
            : null;
    }

    private static double? LegacyQuota(HostFiles files, string controllers, string folder)
    {
        var path = $"sys/fs/cgroup/{controllers}/{folder.Trim('/')}";
        return files.ReadNumber($"{path}/cpu.cfs_quota_us") is > 0 and var quota && files.ReadNumber($"{path}/cpu.cfs_period_us") is > 0 and var period
            ? (double)quota / period
            : null;
    }
}
