using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Api;

/// <summary>A round as the API shows it. Of a running round the counts are those so far; of an unfinished one (left behind by a crash, and damaged) there are none.</summary>
internal sealed record RoundView(
    long Id,
    string Job,
    string State,
    DateTimeOffset StartedAt,
    DateTimeOffset? Deadline,
    DateTimeOffset? ClosedAt,
    int Targets,
    int Shards,
    int Done,
    int Up,
    int Down,
    int Unknown,
    long Sent,
    long Received,
    double? LossPercent,
    double? DurationS,
    double? PingsPerSecond,
    RttSummary? RttMs,
    IReadOnlyList<AgentShare> Agents)
{
    public static RoundView Of(RoundRecord round, RoundProgress? progress) =>
        round.Summary is { } summary ? Closed(round, summary) : Open(round, progress);

    private static RoundView Closed(RoundRecord round, RoundSummary summary) => new(
        round.Id.Value,
        round.Job,
        "closed",
        round.StartedAt,
        round.Deadline,
        round.ClosedAt,
        summary.Targets,
        round.Shards,
        summary.Targets,
        summary.Up,
        summary.Down,
        summary.Unknown,
        summary.Sent,
        summary.Received,
        summary.Sent > 0 ? Math.Round(summary.LossPercent, 3) : null,
        Math.Round(summary.Duration.TotalSeconds, 3),
        Math.Round(summary.PingsPerSecond, 1),
        summary.Rtt,
        summary.Agents);

    private static RoundView Open(RoundRecord round, RoundProgress? progress) => new(
        round.Id.Value,
        round.Job,
        progress is null ? "unfinished" : "running",
        round.StartedAt,
        round.Deadline,
        null,
        round.Targets,
        round.Shards,
        progress?.Done ?? 0,
        progress?.Up ?? 0,
        progress?.Down ?? 0,
        progress?.Unknown ?? 0,
        progress?.Sent ?? 0,
        progress?.Received ?? 0,
        null,
        null,
        null,
        null,
        []);
}
