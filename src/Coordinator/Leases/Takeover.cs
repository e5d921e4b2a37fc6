using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>Shards that a slow agent is asked to give back, if it has not begun them, so that an idle one can take them.</summary>
internal sealed record Takeover(AgentId From, AgentId To, IReadOnlyList<ShardId> Shards);
