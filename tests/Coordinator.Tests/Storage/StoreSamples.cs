using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Storage;

internal static class StoreSamples
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static RoundRecord Round(string job = "iot", DateTimeOffset? startedAt = null) => new()
    {
        Job = job,
        Probe = new Probe { Engine = EngineKind.Fping, Count = 3, Workers = 8, Interval = TimeSpan.FromMicroseconds(250), Layout = FpingLayoutKind.Pyfping },
        StartedAt = startedAt ?? Start,
        Deadline = (startedAt ?? Start).AddSeconds(60),
        Targets = 1_000,
        Shards = 2,
    };

    public static RoundSummary Summary(int up = 990) => new()
    {
        Targets = 1_000,
        Up = up,
        Down = 10,
        Unknown = 0,
        Sent = 3_000,
        Received = 2_970,
        Duplicates = 1,
        LocalDrops = 2,
        Duration = TimeSpan.FromSeconds(12.3456789),
        Rtt = new RttSummary(0.011, 0.022, 0.02, 0.1, 7.5),
        Agents = [new AgentShare("a1", "fping", 600, 1_800, 1_790), new AgentShare("a2", "raw", 400, 1_200, 1_180)],
    };

    public static StoredShard Shard(ulong shard, ulong content, byte fill = 7) =>
        new(new ShardId(shard), new ShardContentHash(content), [127, 0, 0, fill], new byte[16]);

    public static StoredBatch Batch(RoundId round, ulong shard, byte fill = 1, int bytes = 100, long epoch = 5) =>
        new(round, new ShardId(shard), new LeaseEpoch(epoch), new ShardContentHash(ulong.MaxValue - shard), "a1", Filled(bytes, fill));

    private static byte[] Filled(int bytes, byte fill)
    {
        var columns = new byte[bytes];
        Array.Fill(columns, fill);
        return columns;
    }
}
