using FpingCluster.Agent.Results;
using FpingCluster.Agent.Spooling;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Tests.Spooling;

/// <summary>Batches that are told apart by their shard, and what is in a spool.</summary>
internal static class SpoolSamples
{
    public const int ResultsEach = 3;

    public static readonly ShardContentHash Content = new(5);

    /// <summary>What one sample takes in memory.</summary>
    public const long MemoryBytes = 256 + 4 * 4 * ResultsEach;

    /// <summary>What one that the outbox made (in a boot's first 127) takes on the disk.</summary>
    public static readonly int SpoolRecordBytes = SpoolRecord.SizeOf(Batch(1));

    public static ResultColumns Columns() =>
        new() { Sent = { Enumerable.Repeat(2u, ResultsEach) }, Received = { Enumerable.Repeat(2u, ResultsEach) }, RttUs = { Enumerable.Repeat(100u, 2 * ResultsEach) } };

    public static ResultBatch Batch(ulong sequence, ulong? shard = null) =>
        new() { Sequence = sequence, Round = 7, Shard = shard ?? sequence, Epoch = 1, ContentHash = Content.Value, Columns = Columns() };

    public static ResultBatch[] Batches(ulong first, int count) => [.. Enumerable.Range(0, count).Select(i => Batch(first + (ulong)i))];

    public static IReadOnlyList<ulong> Shards(this IEnumerable<UnackedBatch> batches) => [.. batches.Select(batch => batch.Lease.Shard.Value)];

    /// <summary>Does something with a spool and closes it.</summary>
    public static void With(this ResultSpool spool, Action<ResultSpool> use)
    {
        using (spool)
        {
            use(spool);
        }
    }

    public static IReadOnlyList<string> FilesOf(ResultSpool spool) =>
        Directory.Exists(spool.Folder) ? [.. Directory.GetFiles(spool.Folder).Order(StringComparer.Ordinal)] : [];
}
