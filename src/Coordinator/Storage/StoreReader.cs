using System.Globalization;
using System.Text.Json;
using FpingCluster.Shared.Leases;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Storage;

/// <summary>The queries of <see cref="SqliteResultStore"/>.</summary>
internal sealed class StoreReader(StoreDatabase database)
{
    /// <summary>Batches read in one snapshot, about 400 KB. A snapshot held for a whole round would keep the write-ahead log growing for as long as a slow client reads.</summary>
    private const int BatchesPerSnapshot = 64;

    private const string SelectRounds =
        "SELECT id, job, probe, started_at, deadline, targets, shards, closed_at, summary FROM rounds WHERE deleted = 0";

    public RoundRecord? FindRound(RoundId round) =>
        database.Read($"{SelectRounds} AND id = $1", ToRound, round.Value).SingleOrDefault();

    public List<RoundRecord> ReadRounds(string? job, int limit) => job is null
        ? database.Read($"{SelectRounds} ORDER BY id DESC LIMIT $1", ToRound, limit)
        : database.Read($"{SelectRounds} AND job = $1 ORDER BY id DESC LIMIT $2", ToRound, job, limit);

    public List<RoundRecord> ReadUnfinishedRounds() => database.Read($"{SelectRounds} AND closed_at IS NULL ORDER BY id DESC", ToRound);

    public List<StoredShard> ReadShards(RoundId round) => database.Read(
        "SELECT shard, content, ipv4, ipv6 FROM round_shards JOIN shard_contents USING (content) WHERE round = $1 ORDER BY shard",
        row => new StoredShard(ToShard(row.GetInt64(0)), ToContent(row.GetInt64(1)), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3)),
        round.Value);

    public IEnumerable<StoredBatch> ReadBatches(RoundId round)
    {
        var last = 0L;
        List<StoredBatch> batches;
        do
        {
            batches = database.Read(
                "SELECT shard, epoch, content, agent, columns FROM results WHERE round = $1 AND shard > $2 ORDER BY shard LIMIT $3",
                row => ToBatch(round, row), round.Value, last, BatchesPerSnapshot);
            foreach (var batch in batches)
            {
                last = ToKey(batch.Shard);
                yield return batch;
            }
        }
        while (batches.Count == BatchesPerSnapshot);

        // Results go only after their round is marked deleted, so a round that is still there was read whole.
        if (FindRound(round) is null)
        {
            throw StoreErrors.NoRound(database.File, round.Value);
        }
    }

    /// <summary>SQLite's integers are signed and sort so; the tree of shards is less than 63 deep, so a shard id never needs the sign bit.</summary>
    public static long ToKey(ShardId shard) => checked((long)shard.Value);

    public static long ToKey(ShardContentHash content) => unchecked((long)content.Value);

    public static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static ShardId ToShard(long key) => new(checked((ulong)key));

    private static ShardContentHash ToContent(long key) => new(unchecked((ulong)key));

    private static DateTimeOffset ToTime(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

    private static StoredBatch ToBatch(RoundId round, SqliteDataReader row) => new(
        round, ToShard(row.GetInt64(0)), new LeaseEpoch(row.GetInt64(1)), ToContent(row.GetInt64(2)), row.GetString(3), row.GetFieldValue<byte[]>(4));

    private static RoundRecord ToRound(SqliteDataReader row) => new()
    {
        Id = new RoundId(row.GetInt64(0)),
        Job = row.GetString(1),
        Probe = JsonSerializer.Deserialize(row.GetString(2), StoreJson.Default.Probe) ?? throw new JsonException("a round without a probe"),
        StartedAt = ToTime(row.GetString(3)),
        Deadline = row.IsDBNull(4) ? null : ToTime(row.GetString(4)),
        Targets = row.GetInt32(5),
        Shards = row.GetInt32(6),
        ClosedAt = row.IsDBNull(7) ? null : ToTime(row.GetString(7)),
        Summary = row.IsDBNull(8) ? null : JsonSerializer.Deserialize(row.GetString(8), StoreJson.Default.RoundSummary),
    };
}
