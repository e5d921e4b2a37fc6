namespace FpingCluster.Shared.Leases;

/// <summary>Names the content of a shard: the first 8 bytes of the SHA-256 of its packed addresses.</summary>
public readonly record struct ShardContentHash(ulong Value)
{
    public override string ToString() => Value.ToString("x16");
}
