namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>The kernel's monotonic clock, against the realtime clock that stamps packets.</summary>
internal sealed unsafe class NativeClock : ILaneClock
{
    // Two readings that lie further apart were interrupted in between.
    private const long CloseNs = 2_000;

    private const int Tries = 8;

    public long NowNs => Read(Constants.ClockMonotonic);

    public long StampOffsetNs()
    {
        var (offset, closest) = (0L, long.MaxValue);
        for (var i = 0; i < Tries && closest > CloseNs; i++)
        {
            var before = Read(Constants.ClockMonotonic);
            var realtime = Read(Constants.ClockRealtime);
            var after = Read(Constants.ClockMonotonic);
            if (after - before < closest)
            {
                (offset, closest) = (realtime - (before + after) / 2, after - before);
            }
        }

        return offset;
    }

    public void Sleep(long nanoseconds)
    {
        var timeout = TimeSpec.FromNanoseconds(nanoseconds);
        _ = Libc.Poll(null, 0, &timeout, null);
    }

    private static long Read(int clock)
    {
        TimeSpec time;
        _ = Libc.ReadClock(clock, &time);
        return time.TotalNanoseconds;
    }
}
