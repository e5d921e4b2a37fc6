namespace FpingCluster.Agent.Engines.Raw;

/// <summary>Pings that follow others after the same time: what was put in first is due first, so that no timer is needed. Grows, and is then never allocated again.</summary>
internal sealed class DueQueue(long delayNs)
{
    private (long AtNs, Due What)[] _entries = new (long, Due)[1024];
    private int _first;

    /// <summary>From the ping before to its follower.</summary>
    public long DelayNs => delayNs;

    public int Count { get; private set; }

    /// <summary><see cref="long.MaxValue"/> when empty.</summary>
    public long NextAtNs => Count == 0 ? long.MaxValue : _entries[_first].AtNs;

    public void Add(long afterNs, Due what)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        _entries[(_first + Count++) & (_entries.Length - 1)] = (afterNs + delayNs, what);
    }

    public bool TryTake(long nowNs, out Due what)
    {
        what = default;
        if (NextAtNs > nowNs)
        {
            return false;
        }

        what = _entries[_first].What;
        _first = (_first + 1) & (_entries.Length - 1);
        Count--;
        return true;
    }

    private void Grow()
    {
        var grown = new (long, Due)[_entries.Length * 2];
        _entries.AsSpan(_first).CopyTo(grown);
        _entries.AsSpan(0, _first).CopyTo(grown.AsSpan(_entries.Length - _first));
        (_entries, _first) = (grown, 0);
    }
}
