namespace FpingCluster.Shared.Leases;

/// <summary>Why an agent gives a lease back without a result. The values are those of the wire.</summary>
public enum LeaseReturnReason
{
    Draining = 1,
    Revoked = 2,
    EngineFailed = 3,
    ContentMissing = 4,
    ResultsDropped = 5,
}
