namespace FpingCluster.Shared.Results;

/// <summary>A summary as JSON has it: the property names, in snake_case, are the file's keys, in this order. Scripts rely on them.</summary>
/// <param name="RttMs">Null when nothing was received.</param>
internal sealed record SummaryDocument(
    int Targets,
    int Up,
    int Down,
    int Unknown,
    long Sent,
    long Received,
    long Duplicates,
    long LocalDrops,
    double DurationS,
    double PingsPerSecond,
    RttSummary? RttMs,
    IReadOnlyList<AgentShare> Agents,
    int Rounds)
{
    public static SummaryDocument From(RoundSummary summary) => new(
        summary.Targets,
        summary.Up,
        summary.Down,
        summary.Unknown,
        summary.Sent,
        summary.Received,
        summary.Duplicates,
        summary.LocalDrops,
        Math.Round(summary.Duration.TotalSeconds, 3),
        Math.Round(summary.PingsPerSecond, 1),
        Rounded(summary.Rtt),
        summary.Agents,
        summary.Rounds);

    public RoundSummary ToSummary() => new()
    {
        Targets = Targets,
        Up = Up,
        Down = Down,
        Unknown = Unknown,
        Sent = Sent,
        Received = Received,
        Duplicates = Duplicates,
        LocalDrops = LocalDrops,
        Duration = TimeSpan.FromSeconds(DurationS),
        Rtt = RttMs,
        Agents = Agents,
        Rounds = Rounds,
    };

    private static RttSummary? Rounded(RttSummary? rtt) => rtt is null
        ? null
        : new RttSummary(Math.Round(rtt.Min, 3), Math.Round(rtt.Avg, 3), Math.Round(rtt.P50, 3), Math.Round(rtt.P99, 3), Math.Round(rtt.Max, 3));
}
