using System.Diagnostics;

namespace FpingCluster.Benchmarks.Soak;

/// <summary>What a process holds at one moment.</summary>
/// <param name="Bytes">Resident memory.</param>
internal readonly record struct Footprint(long Bytes, int Threads, int Descriptors)
{
    public static Footprint Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return new Footprint(found.WorkingSet64, found.Threads.Count, Directory.GetFiles($"/proc/{process}/fd").Length);
    }
}
