using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Leases;

/// <summary>Results that do not matter to the test but must fit the shard.</summary>
internal static class Samples
{
    /// <summary>Every ping of every target is answered.</summary>
    public static ShardResult Up(Shard shard, int count = 1)
    {
        var result = new ShardResultBuilder(shard.TargetCount, count);
        for (var target = 0; target < shard.TargetCount; target++)
        {
            for (var ping = 0; ping < count; ping++)
            {
                result.Answered(target, ping, 1_000);
            }
        }

        return result.Build(StoreSamples.Start);
    }

    /// <summary>The agent must not ping any of the targets.</summary>
    public static ShardResult Excluded(Shard shard) => new()
    {
        FinishedAt = StoreSamples.Start,
        Sent = new ushort[shard.TargetCount],
        Received = new ushort[shard.TargetCount],
        RttsUs = [],
        Reasons = [.. Enumerable.Range(0, shard.TargetCount).Select(target => new TargetReason(target, ReasonKind.ExcludedByAgent))],
    };
}
