namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// Divides the rate among the lanes, ping by ping: a token bucket of five milliseconds, so that a thread that overslept catches up, behind one of a single
/// millisecond, so that it does so without a burst. When this host drops packets the rate falls to a part of what was really sent, and rises again by a fixed
/// step a second until it is what it was (additive increase, multiplicative decrease). From any thread.
/// </summary>
internal sealed class Pacer(IEngineRate limit)
{
    private const long Second = 1_000_000_000, DebtNs = 5_000_000, WindowNs = 100_000_000, CalmNs = 250_000_000;
    private const double CatchUp = 1.25;
    // At the rate of catching up this is one millisecond's worth of the rate.
    private const long BurstNs = (long)(1_000_000 / CatchUp);
    private const double Decrease = 0.7, IncreaseASecond = 0.05;
    private const int SlowestRate = 100;

    private readonly Lock _gate = new();
    private long _nextNs = long.MinValue / 2;
    private long _nextInBurstNs = long.MinValue / 2;
    private double _allowed = double.PositiveInfinity;
    private long _decreasedNs = long.MinValue / 2;
    private long _windowNs;
    private long _inWindow;
    private double _sending;

    /// <summary>When the next ping may leave; never, while the budget has run out.</summary>
    public long NextAtNs
    {
        get
        {
            lock (_gate)
            {
                return limit.IsSuspended ? long.MaxValue : Math.Max(_nextNs, _nextInBurstNs);
            }
        }
    }

    public int PingsPerSecond
    {
        get
        {
            lock (_gate)
            {
                return Rate_NeedsLock();
            }
        }
    }

    /// <summary>How many pings may be sent now.</summary>
    public int Take(int most, long nowNs)
    {
        if (limit.IsSuspended)
        {
            return 0;
        }

        lock (_gate)
        {
            Measure_NeedsLock(nowNs);
            var rate = Rate_NeedsLock();
            var start = Start(_nextNs, DebtNs, rate, nowNs);
            var burst = Start(_nextInBurstNs, BurstNs, CatchUp * rate, nowNs);
            var taken = Math.Min(most, Math.Min(Room(start, rate, nowNs), Room(burst, CatchUp * rate, nowNs)));
            if (taken > 0)
            {
                _nextNs = start + (long)(taken * Second / (double)rate);
                _nextInBurstNs = burst + (long)(taken * Second / (CatchUp * rate));
                _inWindow += taken;
            }

            return taken;
        }
    }

    /// <summary>What was taken and not sent.</summary>
    public void GiveBack(int pings)
    {
        lock (_gate)
        {
            _nextNs -= (long)(pings * Second / (double)Rate_NeedsLock());
            _nextInBurstNs -= (long)(pings * Second / (CatchUp * Rate_NeedsLock()));
            _inWindow -= pings;
        }
    }

    /// <summary>This host dropped something. Counts once in a quarter of a second: what comes at once has one cause.</summary>
    /// <returns>The new rate; null when nothing changed.</returns>
    public int? Slow(long nowNs)
    {
        lock (_gate)
        {
            if (nowNs - _decreasedNs < CalmNs)
            {
                return null;
            }

            _decreasedNs = nowNs;
            var before = Rate_NeedsLock();
            _allowed = Math.Max(SlowestRate, (_sending > 0 ? Math.Min(_sending, before) : before) * Decrease);
            return Rate_NeedsLock() < before ? Rate_NeedsLock() : null;
        }
    }

    // A full bucket and no more, however long nothing was taken.
    private static long Start(long nextNs, long bucketNs, double rate, long nowNs) => Math.Max(nextNs, nowNs - Math.Max(0, bucketNs - (long)(Second / rate)));

    private static int Room(long start, double rate, long nowNs) => start > nowNs ? 0 : (int)Math.Min(int.MaxValue, (nowNs - start) * rate / Second + 1);

    private int Rate_NeedsLock() => (int)Math.Min(limit.PingsPerSecond, _allowed);

    private void Measure_NeedsLock(long nowNs)
    {
        var elapsed = nowNs - _windowNs;
        if (elapsed < WindowNs)
        {
            return;
        }

        // The first window, and one after a pause, say nothing.
        _sending = elapsed < 2 * WindowNs ? _inWindow * (double)Second / elapsed : 0;
        (_windowNs, _inWindow) = (nowNs, 0);
        if (nowNs - _decreasedNs >= CalmNs)
        {
            _allowed += limit.PingsPerSecond * IncreaseASecond * Math.Min(elapsed, Second) / Second;
            _allowed = _allowed >= limit.PingsPerSecond ? double.PositiveInfinity : _allowed;
        }
    }
}
