using System.Text.Json;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Storage;

/// <summary>The embedded store: one SQLite file in the data folder, one row for each shard of a round.</summary>
internal sealed class SqliteResultStore : IResultStore
{
    public const string FileName = "fpingcluster.db";

    private readonly StoreDatabase _database;
    private readonly StoreReader _reader;
    private readonly RoundPurge _purge;
    private readonly PreparedCommand _insertRound;
    private readonly PreparedCommand _insertShard;
    private readonly PreparedCommand _insertContent;
    private readonly PreparedCommand _useContent;
    private readonly PreparedCommand _insertResult;
    private readonly PreparedCommand _closeRound;

    private SqliteResultStore(StoreDatabase database, DateTimeOffset now)
    {
        _database = database;
        _reader = new StoreReader(database);
        _purge = new RoundPurge(database);
        _insertRound = database.Prepare(
            "INSERT INTO rounds (job, probe, started_at, deadline, targets, shards) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id", 6);
        _insertShard = database.Prepare("INSERT INTO round_shards (round, shard, content) VALUES ($1, $2, $3)", 3);
        _insertContent = database.Prepare("INSERT INTO shard_contents (content, ipv4, ipv6) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", 3);
        _useContent = database.Prepare(
            "INSERT INTO content_uses (content, last_round) VALUES ($1, $2) ON CONFLICT (content) DO UPDATE SET last_round = excluded.last_round", 2);
        _insertResult = database.Prepare(
            """
            INSERT INTO results (round, shard, epoch, agent, content, columns) SELECT $1, $2, $3, $4, $5, $6
            WHERE EXISTS (SELECT 1 FROM rounds WHERE id = $1 AND deleted = 0) ON CONFLICT (round, shard) DO NOTHING
            """, 6);
        _closeRound = database.Prepare(
            "UPDATE rounds SET closed_at = ifnull(closed_at, $2), summary = ifnull(summary, $3) WHERE id = $1 AND deleted = 0", 3);
        (FirstGeneration, Generation) = database.BeginGeneration(now);
    }

    public int FirstGeneration { get; }

    public int Generation { get; }

    public string? Damage => _database.Damage;

    /// <summary>
    /// Makes the folder and the file when they are not there. Throws a <see cref="StoreException"/> when this coordinator cannot have them for itself, or when the
    /// file is damaged, and has set it aside then.
    /// </summary>
    /// <param name="setting">What the user calls the data folder.</param>
    public static SqliteResultStore Open(string dataFolder, string setting = "data_dir", TimeProvider? time = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var database = StoreDatabase.Take(new StoreFile(Path.Combine(Path.GetFullPath(dataFolder), FileName), setting));
        try
        {
            database.Start();
            return new SqliteResultStore(database, now);
        }
        catch (Exception error) when (error is SqliteException or StoreException)
        {
            throw database.Abandon(error, now);
        }
    }

    public RoundId BeginRound(RoundRecord round, IReadOnlyList<StoredShard> shards) => _database.Write(transaction =>
    {
        var id = _insertRound.Scalar(transaction, round.Job, JsonSerializer.Serialize(round.Probe, StoreJson.Default.Probe),
            StoreReader.ToText(round.StartedAt), round.Deadline is { } deadline ? StoreReader.ToText(deadline) : null, round.Targets, round.Shards)!.Value;
        foreach (var shard in shards)
        {
            var content = StoreReader.ToKey(shard.Content);
            _insertShard.Execute(transaction, id, StoreReader.ToKey(shard.Shard), content);
            _insertContent.Execute(transaction, content, shard.IPv4, shard.IPv6);
            _useContent.Execute(transaction, content, id);
        }

        return new RoundId(id);
    });

    public void Append(IReadOnlyList<StoredBatch> batches) => _database.Write(transaction =>
    {
        var appended = 0;
        foreach (var batch in batches)
        {
            appended += _insertResult.Execute(transaction, batch.Round.Value, StoreReader.ToKey(batch.Shard), batch.Epoch.Value, batch.Agent,
                StoreReader.ToKey(batch.Content), batch.Columns.ToArray());
        }

        return appended;
    });

    public void CloseRound(RoundId round, DateTimeOffset closedAt, RoundSummary summary)
    {
        var json = JsonSerializer.Serialize(summary, StoreJson.Default.RoundSummary);
        if (_database.Write(transaction => _closeRound.Execute(transaction, round.Value, StoreReader.ToText(closedAt), json)) == 0)
        {
            throw StoreErrors.NoRound(_database.File, round.Value);
        }
    }

    public RoundRecord? FindRound(RoundId round) => _reader.FindRound(round);

    public IReadOnlyList<RoundRecord> ReadRounds(string? job, int limit) => _reader.ReadRounds(job, limit);

    public IReadOnlyList<RoundRecord> ReadUnfinishedRounds() => _reader.ReadUnfinishedRounds();

    public IReadOnlyList<StoredShard> ReadShards(RoundId round) => _reader.ReadShards(round);

    public IEnumerable<StoredBatch> ReadBatches(RoundId round) => _reader.ReadBatches(round);

    public int DeleteRoundsBefore(DateTimeOffset time) => _purge.DeleteRoundsBefore(time);

    public ValueTask DisposeAsync()
    {
        PreparedCommand[] commands = [_insertRound, _insertShard, _insertContent, _useContent, _insertResult, _closeRound];
        foreach (var command in commands)
        {
            command.Dispose();
        }

        _purge.Dispose();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}
