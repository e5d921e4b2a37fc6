using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Stands still but for what a test, a pause or a reading adds.</summary>
internal sealed class FakeLaneClock : ILaneClock
{
    public const long StartNs = 5_000_000_000_000, RealtimeOffsetNs = 1_700_000_000_000_000_000;

    private long _nowNs = StartNs;

    /// <summary>What each reading adds.</summary>
    public long TickNs { get; init; }

    /// <summary>How far the realtime clock has been set since the start.</summary>
    public long RealtimeSetNs { get; set; }

    public int Sleeps { get; private set; }

    /// <summary>During each pause.</summary>
    public Action? WhileAsleep { get; set; }

    public long NowNs => _nowNs += TickNs;

    /// <summary>What the realtime clock says now.</summary>
    public long RealtimeNs => _nowNs + StampOffsetNs();

    public long StampOffsetNs() => RealtimeOffsetNs + RealtimeSetNs;

    public void Advance(long nanoseconds) => _nowNs += nanoseconds;

    public void Sleep(long nanoseconds)
    {
        Sleeps++;
        _nowNs += nanoseconds;
        WhileAsleep?.Invoke();
    }
}
