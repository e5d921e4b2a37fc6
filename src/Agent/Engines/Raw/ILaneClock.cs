namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's time in nanoseconds, finer than a TimeProvider tells it, and its pause between two turns.</summary>
internal interface ILaneClock
{
    /// <summary>Never goes back.</summary>
    long NowNs { get; }

    /// <summary>What to subtract from a stamp of the kernel to get the time of this clock.</summary>
    long StampOffsetNs();

    void Sleep(long nanoseconds);
}
