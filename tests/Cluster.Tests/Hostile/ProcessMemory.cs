using System.Globalization;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>What a process takes in memory, from /proc, in MB.</summary>
internal static class ProcessMemory
{
    public static int Resident(int process) => Read(process, "VmRSS:");

    /// <summary>The most since it began, or since <see cref="ForgetPeak"/>.</summary>
    public static int Peak(int process) => Read(process, "VmHWM:");

    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    private static int Read(int process, string name) => int.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim().Split(' ')[0],
        CultureInfo.InvariantCulture) / 1024;
}
