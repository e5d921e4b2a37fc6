using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// The tables, made in a new file or found in an old one. Times are UTC in round-trip format, which sorts as text.
/// A round marked deleted is no longer shown; its results go in portions, its row last.
/// </summary>
internal static class StoreSchema
{
    public const int Version = 1;

    /// <summary>"FPCL": tells our file from any other SQLite database.</summary>
    private const int ApplicationId = 0x4650434C;

    private static readonly string Tables = $"""
        CREATE TABLE openings (generation INTEGER NOT NULL);
        INSERT INTO openings VALUES (0);

        CREATE TABLE rounds (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            job        TEXT NOT NULL,
            probe      TEXT NOT NULL,
            started_at TEXT NOT NULL,
            deadline   TEXT,
            targets    INTEGER NOT NULL,
            shards     INTEGER NOT NULL,
            closed_at  TEXT,
            summary    TEXT,
            deleted    INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX rounds_by_job ON rounds (job, id);
        CREATE INDEX rounds_by_start ON rounds (started_at);
        CREATE INDEX rounds_deleted ON rounds (deleted) WHERE deleted = 1;

        CREATE TABLE round_shards (
            round   INTEGER NOT NULL,
            shard   INTEGER NOT NULL,
            content INTEGER NOT NULL,
            PRIMARY KEY (round, shard)) WITHOUT ROWID;

        CREATE TABLE shard_contents (
            content INTEGER PRIMARY KEY,
            ipv4    BLOB NOT NULL,
            ipv6    BLOB NOT NULL);

        -- Apart from shard_contents, because it changes every round and the addresses would be rewritten with it.
        CREATE TABLE content_uses (
            content    INTEGER PRIMARY KEY,
            last_round INTEGER NOT NULL);

        CREATE TABLE results (
            round   INTEGER NOT NULL,
            shard   INTEGER NOT NULL,
            epoch   INTEGER NOT NULL,
            agent   TEXT NOT NULL,
            content INTEGER NOT NULL,
            columns BLOB NOT NULL,
            UNIQUE (round, shard));

        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;

    /// <summary>Leaves the connection ready to write: WAL, every commit on the disk before it returns.</summary>
    public static void Prepare(SqliteConnection connection, StoreFile file)
    {
        var isNew = Query(connection, "SELECT count(*) FROM sqlite_schema") == 0 && Query(connection, "PRAGMA application_id") == 0;
        if (isNew)
        {
            // It can be chosen only while there is no page; switching to WAL writes the first.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        }
        else
        {
            RequireKnown(connection, file);
        }

        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
        if (isNew)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, Tables);
            transaction.Commit();
        }
    }

    private static void RequireKnown(SqliteConnection connection, StoreFile file)
    {
        if (Query(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw StoreErrors.Foreign(file);
        }

        if (Query(connection, "PRAGMA user_version") is var version && version > Version)
        {
            throw StoreErrors.Newer(file, version, Version);
        }
    }

    private static long Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
