using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>A shard given to an agent. It has no clock of its own: it ends when the agent has not been heard for the grace period.</summary>
internal readonly record struct Lease(LeaseKey Key, Shard Shard);
