using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <summary>A lease given back without a result, and why.</summary>
internal sealed record ReturnedLease(LeaseKey Lease, LeaseReturnReason Reason, string Detail = "");
