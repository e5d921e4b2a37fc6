using System.Globalization;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>How busy the host's cores were since the last reading, from the first line of /proc/stat. Not for several threads.</summary>
/// <param name="readStat">Returns that line; null where there is none.</param>
internal sealed class CpuMeter(Func<string?> readStat)
{
    private const int IdleColumn = 4, IoWaitColumn = 5, StealColumn = 8;

    private long _busy;
    private long _total;

    public static CpuMeter OfHost() => new(() => File.Exists("/proc/stat") ? File.ReadLines("/proc/stat").FirstOrDefault() : null);

    /// <summary>0 to 1000; the first reading is the average since the host started.</summary>
    public int UsedPermille()
    {
        var columns = readStat()?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (columns.Length <= StealColumn)
        {
            return 0;
        }

        // Guest time (the columns after steal) is part of user time already.
        var times = columns[1..(StealColumn + 1)].Select(column => long.Parse(column, CultureInfo.InvariantCulture)).ToArray();
        var total = times.Sum();
        var busy = total - times[IdleColumn - 1] - times[IoWaitColumn - 1];
        var elapsed = total - _total;
        var used = elapsed > 0 ? (int)Math.Clamp((busy - _busy) * 1000 / elapsed, 0, 1000) : 0;
        (_busy, _total) = (busy, total);
        return used;
    }
}
