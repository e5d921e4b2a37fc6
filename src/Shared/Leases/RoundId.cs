namespace FpingCluster.Shared.Leases;

/// <summary>One pass over all shards of a job. Numbered by the coordinator's store, rising, never used twice.</summary>
public readonly record struct RoundId(long Value)
{
    public override string ToString() => Value.ToString();
}
