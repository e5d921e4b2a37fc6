using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>A fixed part of a job's targets. <paramref name="Targets"/> are indexes into the target list, IPv4 before IPv6.</summary>
internal sealed record Shard(ShardId Id, ReadOnlyMemory<int> Targets, ShardContentHash Content)
{
    public int TargetCount => Targets.Length;

    /// <summary>The addresses as they are sent and stored.</summary>
    public PackedAddresses Pack(TargetList list) => PackedAddresses.Pack(Select(list, Targets.Span));

    public static TargetAddress[] Select(TargetList list, ReadOnlySpan<int> targets)
    {
        var all = list.Addresses;
        var addresses = new TargetAddress[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            addresses[i] = all[targets[i]];
        }

        return addresses;
    }
}
