using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Merging;

/// <summary>How far a running round is. Immutable.</summary>
internal sealed record RoundProgress(
    RoundId Round, string Job, DateTimeOffset StartedAt, DateTimeOffset? Deadline, int Targets, int Done, int Up, int Down, int Unknown, long Sent, long Received);
