using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Storage;

/// <summary>A round as the store keeps it. It is unfinished while <see cref="ClosedAt"/> is null.</summary>
internal sealed record RoundRecord
{
    public RoundId Id { get; init; }

    public required string Job { get; init; }

    public required Probe Probe { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public required int Targets { get; init; }

    public required int Shards { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public RoundSummary? Summary { get; init; }
}
