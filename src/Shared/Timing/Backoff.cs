namespace FpingCluster.Shared.Timing;

/// <summary>Full jitter: each wait is drawn evenly from zero to a ceiling that starts at <paramref name="start"/> and doubles up to <paramref name="cap"/>.</summary>
public sealed class Backoff(TimeSpan start, TimeSpan cap, Random random)
{
    private int _doublings;

    public TimeSpan Next()
    {
        var ceiling = start * Math.Pow(2, _doublings);
        if (ceiling >= cap)
        {
            return cap * random.NextDouble();
        }

        _doublings++;
        return ceiling * random.NextDouble();
    }

    public void Reset() => _doublings = 0;
}
