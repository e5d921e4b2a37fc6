namespace FpingCluster.Shared.Results;

/// <summary>What a round came to; also the object of --summary-json.</summary>
public sealed record RoundSummary
{
    public required int Targets { get; init; }

    public required int Up { get; init; }

    public required int Down { get; init; }

    public required int Unknown { get; init; }

    public required long Sent { get; init; }

    public required long Received { get; init; }

    public required long Duplicates { get; init; }

    public required long LocalDrops { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Null when nothing was received.</summary>
    public required RttSummary? Rtt { get; init; }

    public required IReadOnlyList<AgentShare> Agents { get; init; }

    public int Rounds { get; init; } = 1;

    public double PingsPerSecond => Duration > TimeSpan.Zero ? Sent / Duration.TotalSeconds : 0;

    /// <summary>Of the pings sent; 0 when none was.</summary>
    public double LossPercent => Sent > 0 ? 100.0 * (Sent - Received) / Sent : 0;
}
