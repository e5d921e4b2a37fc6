namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Keeps the sum of 1/interval over the live processes at or below the rate limit, and slows them while this host drops replies: by a quarter after
/// a bucket whose losses are in doubt, faster by a twentieth of the full rate after each clean one. Used by the dispatcher's loop alone.
/// </summary>
internal sealed class FpingPace(IEngineRate limit)
{
    private const double Slowdown = 0.75;
    private const double RecoveryStep = 1.0 / 20;
    private const double LowestFactor = 1.0 / 8;

    /// <summary>The sum of fractions may miss the limit by a rounding error.</summary>
    private const double Tolerance = 1.000_001;

    private readonly List<FpingSlot> _live = [];
    private double _factor = 1;

    public int PingsPerSecond => Math.Max(1, (int)(limit.PingsPerSecond * _factor));

    /// <summary>Null when a process of the layout has to wait until another ends. One process alone may always run: its layout keeps it below the limit.</summary>
    /// <param name="bucket">Its targets may be so many of one prefix that the process has to go slower for that; null: no target is known.</param>
    public FpingSlot? TryStart(FpingLayout layout, FpingBucket? bucket = null)
    {
        if (FreeWorkers(layout) == 0)
        {
            return null;
        }

        var slot = SlotFor(layout);
        if (bucket is not null && limit.PerPrefix is { } perPrefix)
        {
            var interval = bucket.IntervalFor(perPrefix with { PingsPerSecond = perPrefix.PingsPerSecond / Math.Max(layout.Workers, _live.Count + 1) });
            slot = slot with { Interval = interval > slot.Interval ? FpingLayoutPlanner.RoundUp(interval) : slot.Interval };
        }

        _live.Add(slot);
        TellUnderWay();
        return slot;
    }

    /// <summary>How many processes of the layout may start now.</summary>
    public int FreeWorkers(FpingLayout layout)
    {
        var allowance = limit.PingsPerSecond * Tolerance - _live.Sum(slot => slot.PingsPerSecond);
        var byRate = (int)Math.Max(0, allowance / SlotFor(layout).PingsPerSecond);
        return _live.Count == 0 ? Math.Clamp(byRate, 1, layout.Workers) : Math.Clamp(byRate, 0, Math.Max(0, layout.Workers - _live.Count));
    }

    public void Ended(FpingSlot slot)
    {
        _live.Remove(slot);
        TellUnderWay();
    }

    /// <summary>Buckets that ran side by side saw the same drops, so only those that started at the present pace lower it.</summary>
    public void Dropped(FpingSlot slot)
    {
        if (slot.Factor <= _factor)
        {
            _factor = Math.Max(LowestFactor, slot.Factor * Slowdown);
        }
    }

    public void Clean() => _factor = Math.Min(1, _factor + RecoveryStep);

    // A running process keeps its interval: a lower budget is kept when those that began under a higher one have ended.
    private void TellUnderWay() => limit.SetUnderWay((int)(_live.Sum(slot => slot.PingsPerSecond) / Tolerance));

    private FpingSlot SlotFor(FpingLayout layout) => new(FpingLayoutPlanner.RoundUp(layout.Interval / _factor), _factor);
}
