using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Assignments;

/// <summary>Small shards and results for them.</summary>
internal static class TestShards
{
    public static readonly RoundId Round = new(7);

    public static readonly Probe TwoPings = new() { Engine = EngineKind.Simulated, Count = 2 };

    public static TargetAddress[] Targets(ulong shard, int count = 3) =>
        [.. Enumerable.Range(0, count).Select(i => TargetAddress.FromIPv4(0x7F00_0000u + (uint)shard * 256 + (uint)i))];

    public static GrantedShard Granted(ulong shard, long epoch = 1, int targets = 3) =>
        new(new ShardId(shard), new LeaseEpoch(epoch), new ShardContentHash(shard), Targets(shard, targets));

    public static LeaseKey Lease(ulong shard, long epoch = 1, long round = 7) => new(new RoundId(round), new ShardId(shard), new LeaseEpoch(epoch));

    public static AssignedRound Named(long round = 7, Probe? probe = null, long? deadline = null, string job = "iot") =>
        new(new RoundId(round), job, probe ?? TwoPings, null, deadline);

    /// <summary>All pings of all targets answered.</summary>
    public static ShardResult AllUp(ShardAssignment assignment)
    {
        var builder = new ShardResultBuilder(assignment.Targets.Length, assignment.Probe.Count);
        for (var target = 0; target < assignment.Targets.Length; target++)
        {
            for (var ping = 0; ping < assignment.Probe.Count; ping++)
            {
                builder.Answered(target, ping, 100);
            }
        }

        return builder.Build(DateTimeOffset.UnixEpoch);
    }
}
