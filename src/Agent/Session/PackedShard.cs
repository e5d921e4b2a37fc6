using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Session;

/// <summary>A shard's targets as they come over the wire; its hash is believed only when it is that of the addresses.</summary>
internal static class PackedShard
{
    public static (ShardContentHash Hash, TargetAddress[] Targets) Unpack(ShardContent content)
    {
        if (!PackedAddresses.TryUnpack(content.Ipv4.Span, content.Ipv6.Span, out var targets, out var problem))
        {
            throw new SessionProtocolException($"a shard's content whose {problem}");
        }

        var hash = PackedAddresses.ComputeHash(content.Ipv4.Span, content.Ipv6.Span);
        return hash.Value == content.ContentHash
            ? (hash, targets)
            : throw new SessionProtocolException($"a shard's content named {new ShardContentHash(content.ContentHash)}, but its hash is {hash}");
    }
}
