namespace FpingCluster.Shared.Leases;

/// <summary>Raised each time a shard is given out in a round; only a batch of the current epoch is merged. Stored and sent: append-only meaning.</summary>
public readonly record struct LeaseEpoch(long Value)
{
    public override string ToString() => Value.ToString();
}
