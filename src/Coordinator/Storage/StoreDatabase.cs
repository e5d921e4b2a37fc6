using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// The database file: one connection that writes, behind a lock, and pooled ones that read, each in a snapshot of its own, so neither waits for the other.
/// Every failure of SQLite leaves as a <see cref="StoreException"/>.
/// </summary>
internal sealed class StoreDatabase : IDisposable
{
    private const int BusySeconds = 5;

    private readonly Lock _gate = new();
    private readonly StoreLock _lock;
    private readonly SqliteConnection _writer;
    private readonly string _readers;

    private StoreDatabase(StoreFile file, StoreLock storeLock, SqliteConnection writer)
    {
        File = file;
        _lock = storeLock;
        _writer = writer;
        _readers = ConnectionString(file.Path, SqliteOpenMode.ReadOnly, pooling: true);
    }

    public StoreFile File { get; }

    public static StoreDatabase Open(StoreFile file)
    {
        try
        {
            Directory.CreateDirectory(file.Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Folder(error, file);
        }

        var storeLock = StoreLock.Take(file);
        var writer = new SqliteConnection(ConnectionString(file.Path, SqliteOpenMode.ReadWriteCreate, pooling: false));
        try
        {
            writer.Open();
            StoreSchema.Prepare(writer, file);
            return new StoreDatabase(file, storeLock, writer);
        }
        catch (Exception error) when (error is SqliteException or StoreException)
        {
            writer.Dispose();
            storeLock.Dispose();
            throw error is SqliteException sqlite ? StoreErrors.From(sqlite, file) : error;
        }
    }

    public PreparedCommand Prepare(string sql, int parameters = 0) => new(_writer, sql, parameters);

    /// <summary>Runs the work in a transaction of its own: on the disk when this returns, undone when it throws.</summary>
    public T Write<T>(Func<SqliteTransaction, T> work)
    {
        lock (_gate)
        {
            try
            {
                using var transaction = _writer.BeginTransaction();
                var result = work(transaction);
                transaction.Commit();
                return result;
            }
            catch (SqliteException error)
            {
                throw StoreErrors.From(error, File);
            }
        }
    }

    /// <summary>Runs the query in one snapshot of the database. The map is called for each row while the snapshot lasts, so it must not wait.</summary>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object> values)
    {
        try
        {
            using var connection = new SqliteConnection(_readers);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.AddWithValue($"${i + 1}", values[i]);
            }

            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(map(reader));
            }

            return rows;
        }
        catch (SqliteException error)
        {
            throw StoreErrors.From(error, File);
        }
    }

    /// <summary>The writer closes last: it then moves the write-ahead log into the database and removes it.</summary>
    public void Dispose()
    {
        using (var reader = new SqliteConnection(_readers))
        {
            SqliteConnection.ClearPool(reader);
        }

        lock (_gate)
        {
            _writer.Dispose();
        }

        _lock.Dispose();
    }

    private static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = pooling,
        DefaultTimeout = BusySeconds,
    }.ToString();
}
