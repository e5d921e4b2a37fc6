namespace FpingCluster.Agent.Engines;

/// <summary>The most pings per second this agent may send: the lower of its own ceiling and the coordinator's budget. Set by the session, read by the engine.</summary>
internal sealed class RateLimit(int ceiling)
{
    private int _budget = int.MaxValue;

    /// <summary>The agent's own ceiling (--max-rate, --rate): no coordinator can lift it.</summary>
    public int Ceiling => ceiling;

    public int PingsPerSecond => Math.Max(1, Math.Min(ceiling, Volatile.Read(ref _budget)));

    /// <summary>A budget of zero or less lifts the coordinator's part of the limit.</summary>
    public void SetBudget(int pingsPerSecond) => Volatile.Write(ref _budget, pingsPerSecond > 0 ? pingsPerSecond : int.MaxValue);
}
