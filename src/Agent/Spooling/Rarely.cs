namespace FpingCluster.Agent.Spooling;

/// <summary>Lets something happen at once, and then at most once in an interval.</summary>
internal sealed class Rarely(TimeSpan interval, TimeProvider time)
{
    private long? _last;

    /// <summary>True means it happens now.</summary>
    public bool IsDue()
    {
        if (_last is { } last && time.GetElapsedTime(last) < interval)
        {
            return false;
        }

        _last = time.GetTimestamp();
        return true;
    }
}
