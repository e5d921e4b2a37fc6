namespace FpingCluster.Agent.Engines.Raw;

/// <summary>How the raw engine is set up.</summary>
/// <param name="Mode">What its self-test found to work.</param>
/// <param name="Lanes">Null: as many as the rate takes.</param>
/// <param name="ReceiveBuffer">Bytes for each socket; null: the usual.</param>
internal sealed record RawSettings(SocketMode Mode, int? Lanes = null, int? ReceiveBuffer = null)
{
    // One lane on one CPU answers 100,000 pings/s and more; from here on a second pays for its copies of all replies.
    private const int PingsPerSecondOfLane = 70_000;

    public int LanesFor(int pingsPerSecond, int processors) =>
        Lanes ?? Math.Clamp(1 + (pingsPerSecond - 1) / PingsPerSecondOfLane, 1, processors);
}
