using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <summary>What the coordinator said of a round before it leased shards of it.</summary>
/// <param name="Defect">Why this agent cannot probe it; null when it can.</param>
/// <param name="Deadline">On the agent's own monotonic clock; null = none.</param>
internal sealed record AssignedRound(RoundId Id, string Job, Probe? Probe, string? Defect, long? Deadline);
