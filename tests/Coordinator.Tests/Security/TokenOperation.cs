namespace FpingCluster.Coordinator.Tests.Security;

internal enum TokenOperation
{
    Create,
    Check,
    Redeem,
    Revoke,
    Pass,
    JumpWallClock,
    Reopen,
    Crash,
}
