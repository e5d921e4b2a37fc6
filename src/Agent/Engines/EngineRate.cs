using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines;

/// <summary>
/// One engine's part of the agent's rate: all of it while no other engine has shards in hand, else an equal part, and never what processes of another still send.
/// </summary>
internal sealed class EngineRate(RateLimit whole) : IEngineRate
{
    private int _inHand;
    private int _underWay;

    public int Ceiling => whole.Ceiling;

    public int PingsPerSecond => Math.Max(1, whole.PartOf(this));

    public bool IsSuspended => whole.IsSuspended || whole.PartOf(this) == 0;

    public PrefixRate? PerPrefix =>
        whole.PerPrefix is { } limit ? limit with { PingsPerSecond = limit.PingsPerSecond * PingsPerSecond / whole.PingsPerSecond } : null;

    public bool IsBusy => Volatile.Read(ref _inHand) > 0;

    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Shards that the engine took; negative: that it is done with.</summary>
    public void Took(int shards) => Interlocked.Add(ref _inHand, shards);

    public void SetUnderWay(int pingsPerSecond)
    {
        Volatile.Write(ref _underWay, pingsPerSecond);
        whole.SetUnderWay(whole.SumUnderWay());
    }
}
