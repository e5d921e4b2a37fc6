using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

/// <summary>Shard results for the tests, one row of RTTs per target.</summary>
internal static class Shards
{
    public static ShardResult Result(params uint[][] rttsUs) => new()
    {
        FinishedAt = Rows.Time,
        Sent = [.. rttsUs.Select(rtts => (ushort)rtts.Length)],
        Received = [.. rttsUs.Select(rtts => (ushort)rtts.Count(rtt => rtt > 0))],
        RttsUs = [.. rttsUs.SelectMany(rtts => rtts)],
    };
}
