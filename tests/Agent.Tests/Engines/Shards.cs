using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>Shards for engine tests.</summary>
internal static class Shards
{
    private static readonly uint Loopback = TargetAddress.Parse("127.1.0.1").IPv4;

    /// <summary>Addresses of 127.0.0.0/8, all of which answer.</summary>
    public static TargetAddress[] LoopbackAddresses(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(i => TargetAddress.FromIPv4(Loopback + (uint)i))];

    public static ShardAssignment Of(TargetAddress[] targets, Probe probe, int shard = 1) =>
        new(new LeaseKey(new RoundId(1), new ShardId((ulong)shard), new LeaseEpoch(1)), targets, probe);

    /// <summary>So many shards of so many targets each, none twice.</summary>
    public static ShardAssignment[] Many(int shards, int targets, Probe probe) =>
        [.. Enumerable.Range(0, shards).Select(i => Of(LoopbackAddresses(targets, i * targets), probe, i + 1))];
}
