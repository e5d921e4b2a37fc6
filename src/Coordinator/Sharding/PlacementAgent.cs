using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>An agent as placement sees it. Weight is its capacity in pings per second.</summary>
internal readonly record struct PlacementAgent(AgentId Id, int Weight);
