namespace FpingCluster.Coordinator.Tests.Leases;

internal enum LeaseOperation
{
    Join,
    Leave,
    Retire,
    Divide,
    Grant,
    Merge,

    /// <summary>An agent sends a batch for a lease that may be another's.</summary>
    Steal,
    Commit,
    ReturnRevoked,
    ReturnFailed,
    Reconcile,
    TakeOver,
    Restart,
}
