namespace FpingCluster.Coordinator.Tests.Leases;

internal enum LeaseOperation
{
    Join,
    Leave,
    Retire,
    Divide,
    Grant,
    Merge,
    Commit,
    ReturnRevoked,
    ReturnFailed,
    Reconcile,
    TakeOver,
    Restart,
}
