namespace FpingCluster.Coordinator.Security;

internal enum TokenOutcome
{
    Valid,

    /// <summary>No such token, a wrong secret, or no token at all: nobody learns which.</summary>
    Unknown,
    Expired,
    Revoked,
    UsedUp,
    WrongRole,
}
