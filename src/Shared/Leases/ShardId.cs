namespace FpingCluster.Shared.Leases;

/// <summary>
/// A shard's place in the tree over the target hash: 1 is the root (all targets), 2n and 2n+1 are the halves of n by the next bit of the hash.
/// A shard that neither splits nor merges keeps its id from one version of the target list to the next.
/// </summary>
public readonly record struct ShardId(ulong Value)
{
    public override string ToString() => Value.ToString("x");
}
