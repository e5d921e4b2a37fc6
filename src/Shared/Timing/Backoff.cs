namespace FpingCluster.Shared.Timing;

/// <summary>
/// How long to wait before the next try: anything from nothing to a bound that doubles with each try ("full jitter"), so that many who failed together
/// do not come back together. For one user at a time.
/// </summary>
public sealed class Backoff(TimeSpan first, TimeSpan cap, Random random)
{
    public static readonly TimeSpan DefaultFirst = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan DefaultCap = TimeSpan.FromSeconds(10);

    /// <summary>Null before the first try.</summary>
    private TimeSpan? _bound;

    public Backoff(Random random)
        : this(DefaultFirst, DefaultCap, random)
    {
    }

    public TimeSpan Next()
    {
        var bound = _bound ?? first;
        _bound = bound < cap / 2 ? bound * 2 : cap;
        return bound * random.NextDouble();
    }

    /// <summary>To be called after a success that lasted, not at the first sign of one.</summary>
    public void Reset() => _bound = null;
}
