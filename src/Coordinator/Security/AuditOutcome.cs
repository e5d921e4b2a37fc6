namespace FpingCluster.Coordinator.Security;

internal enum AuditOutcome
{
    Done,

    /// <summary>Who asked may not, or not so.</summary>
    Refused,

    /// <summary>It was begun, as the line before says, and came to nothing.</summary>
    Failed,
}
