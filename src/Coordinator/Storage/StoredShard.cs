using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Storage;

/// <summary>A shard of a round. Addresses are packed: 4 bytes each for IPv4, then 16 bytes each for IPv6; kept once per content hash.</summary>
internal sealed record StoredShard(ShardId Shard, ShardContentHash Content, byte[] IPv4, byte[] IPv6)
{
    public int TargetCount => (IPv4.Length / 4) + (IPv6.Length / 16);
}
