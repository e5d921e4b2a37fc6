using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Assignments;

/// <summary>A leased shard with all an engine needs to probe it.</summary>
internal sealed record ShardAssignment(LeaseKey Lease, TargetAddress[] Targets, Probe Probe);
