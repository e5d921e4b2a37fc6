using System.Buffers.Binary;
using System.Security.Cryptography;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Session;

/// <summary>A shard's targets as they come over the wire.</summary>
internal static class PackedShard
{
    public static (ShardContentHash Hash, TargetAddress[] Targets) Unpack(ShardContent content)
    {
        var ipv4 = content.Ipv4.Span;
        var ipv6 = content.Ipv6.Span;
        if (ipv4.Length % 4 != 0 || ipv6.Length % 16 != 0)
        {
            throw new SessionProtocolException($"a shard's content of {ipv4.Length} bytes of IPv4 and {ipv6.Length} bytes of IPv6 addresses");
        }

        var hash = Hash(ipv4, ipv6);
        if (hash.Value != content.ContentHash)
        {
            throw new SessionProtocolException($"content {new ShardContentHash(content.ContentHash)} of a shard has hash {hash}");
        }

        var targets = new TargetAddress[ipv4.Length / 4 + ipv6.Length / 16];
        var next = 0;
        for (; ipv4.Length > 0; ipv4 = ipv4[4..])
        {
            targets[next++] = TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(ipv4));
        }

        for (; ipv6.Length > 0; ipv6 = ipv6[16..])
        {
            targets[next++] = new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(ipv6));
        }

        return (hash, targets);
    }

    private static ShardContentHash Hash(ReadOnlySpan<byte> ipv4, ReadOnlySpan<byte> ipv6)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(ipv4);
        sha.AppendData(ipv6);
        return new ShardContentHash(BinaryPrimitives.ReadUInt64BigEndian(sha.GetHashAndReset()));
    }
}
