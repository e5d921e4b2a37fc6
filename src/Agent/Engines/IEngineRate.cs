using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines;

/// <summary>The most that an engine may send. Changes at any time; from any thread.</summary>
internal interface IEngineRate
{
    /// <summary>What it never exceeds, however much it is given.</summary>
    int Ceiling { get; }

    /// <summary>At least 1, also while <see cref="IsSuspended"/>.</summary>
    int PingsPerSecond { get; }

    /// <summary>Nothing may be sent now.</summary>
    bool IsSuspended { get; }

    /// <summary>The most to any one prefix; null: no limit.</summary>
    PrefixRate? PerPrefix { get; }

    /// <summary>What the engine cannot slow any more: pings per second of the processes that run at a pace of their own.</summary>
    void SetUnderWay(int pingsPerSecond);
}
