using System.Globalization;
using System.Runtime.InteropServices;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Reporting;

/// <summary>What a reader has to know of the machine; the load average shows whether others used it meanwhile.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync(string loadBefore) => string.Join(
        ", ",
        CpuModel(),
        $"{Environment.ProcessorCount} CPUs",
        $"Linux {Environment.OSVersion.Version}",
        await FpingVersionAsync(),
        RuntimeInformation.FrameworkDescription,
        $"load average {loadBefore} before and {LoadAverage()} after");

    /// <summary>Of the last minute.</summary>
    public static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>All CPUs together, in this boot.</summary>
    public static TimeSpan BusyTime()
    {
        // user nice system idle iowait irq softirq steal …; guest time is part of user time.
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return Measuring.ClockTicks.ToTime(ticks.Sum() - ticks[3] - ticks[4]);
    }

    private static string CpuModel() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':') + 1)..].Trim())
        .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());

    private static async Task<string> FpingVersionAsync()
    {
        await using var fping = LabProcess.Start("fping", ["--version"]);
        await fping.WaitForExit(TimeSpan.FromSeconds(10));
        return fping.Output[0].Replace("fping: Version", "fping", StringComparison.Ordinal);
    }
}
