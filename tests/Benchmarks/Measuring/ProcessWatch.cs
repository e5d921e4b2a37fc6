using System.ComponentModel;
using System.Diagnostics;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Measuring;

/// <summary>Looks at a process, without its children, until it ends: the last look comes at most one interval before the end.</summary>
internal sealed class ProcessWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public TimeSpan Cpu { get; private set; }

    /// <summary>The most memory it ever held (VmHWM).</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Ends with the process.</summary>
    public async Task FollowAsync(LabProcess process)
    {
        while (!process.HasExited)
        {
            Look(process.Id);
            await Task.Delay(Interval, TimeProvider.System);
        }
    }

    private void Look(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            PeakBytes = Math.Max(PeakBytes, process.PeakWorkingSet64);
            Cpu = process.TotalProcessorTime > Cpu ? process.TotalProcessorTime : Cpu;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has just ended.
        }
    }
}
