using System.Text.Json;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// The database file: one connection that writes, behind a lock, and pooled ones that read, each in a snapshot of its own, so neither waits for the other.
/// Every failure of SQLite leaves as a <see cref="StoreException"/>. Once the file is found to be damaged nothing more is written to it; the next start sets it aside.
/// </summary>
internal sealed class StoreDatabase : IDisposable
{
    private const int BusySeconds = 5;

    // Seconds since then fit into 31 bits until 2094.
    private static readonly DateTimeOffset GenerationZero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly StoreLock _lock;
    private readonly SqliteConnection _writer;
    private readonly string _readers;
    private string? _damage;

    private StoreDatabase(StoreFile file, StoreLock storeLock)
    {
        File = file;
        _lock = storeLock;
        _writer = new SqliteConnection(ConnectionString(file.Path, SqliteOpenMode.ReadWriteCreate, pooling: false));
        _readers = ConnectionString(file.Path, SqliteOpenMode.ReadOnly, pooling: true);
    }

    public StoreFile File { get; }

    /// <summary>What is wrong with the file and what to do; null while nothing is known to be.</summary>
    public string? Damage => Volatile.Read(ref _damage) is { } damage ? StoreErrors.Damaged(File, damage) : null;

    /// <summary>Takes the file for this process. It can be read and written after <see cref="Start"/>.</summary>
    public static StoreDatabase Take(StoreFile file)
    {
        try
        {
            Directory.CreateDirectory(file.Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Folder(error, file);
        }

        return new StoreDatabase(file, StoreLock.Take(file));
    }

    public void Start()
    {
        RefuseDamage(StoreCheck.FindDamage(File, hadStore: _lock.Condition != StoreCondition.None));
        if (_lock.Condition != StoreCondition.None && !System.IO.File.Exists(File.Path))
        {
            _lock.Remember(_lock.Generation, StoreCondition.None);
        }

        try
        {
            _writer.Open();
            StoreSchema.Prepare(_writer, File);
            RefuseDamage(StoreCheck.FindDamage(_writer, whole: _lock.Condition == StoreCondition.Suspect));
        }
        catch (SqliteException error)
        {
            throw Fault(error);
        }
    }

    /// <summary>
    /// Begins a generation above all that were ever begun here, even if their databases are gone, and above those of folders that were wiped or brought back from
    /// a copy: it is the time in seconds, unless the clock went back.
    /// </summary>
    /// <returns>The generation in which this database was made, and the one that begins.</returns>
    public (int First, int Last) BeginGeneration(DateTimeOffset now)
    {
        // A recovered database may have lost the rows.
        using var begin = Prepare(
            "INSERT OR REPLACE INTO openings (rowid, generation) VALUES (1, max($1, (SELECT ifnull(max(generation), 0) + 1 FROM openings))) RETURNING generation", 1);
        using var first = Prepare("INSERT INTO openings (rowid, generation) VALUES (2, $1) ON CONFLICT DO UPDATE SET generation = generation RETURNING generation", 1);
        var clock = Math.Clamp((long)(now - GenerationZero).TotalSeconds, 1, int.MaxValue);
        return Write(transaction =>
        {
            var generation = checked((int)begin.Scalar(transaction, Math.Max(clock, _lock.Generation + 1L))!.Value);
            _lock.Remember(generation, StoreCondition.Good);
            return (checked((int)first.Scalar(transaction, generation)!.Value), generation);
        });
    }

    /// <summary>Closes a database that could not be started, and sets it aside if it is damaged.</summary>
    /// <returns>What to tell.</returns>
    public StoreException Abandon(Exception error, DateTimeOffset now)
    {
        var failure = error is SqliteException sqlite ? Fault(sqlite) : (StoreException)error;
        Close();
        failure = _damage is { } damage ? SetAside(damage, now, error) : failure;
        _lock.Dispose();
        return failure;
    }

    public PreparedCommand Prepare(string sql, int parameters = 0) => new(_writer, sql, parameters);

    /// <summary>Runs the work in a transaction of its own: on the disk when this returns, undone when it throws.</summary>
    public T Write<T>(Func<SqliteTransaction, T> work)
    {
        lock (_gate)
        {
            if (Damage is { } damage)
            {
                throw new StoreException(damage);
            }

            try
            {
                using var transaction = _writer.BeginTransaction();
                var result = work(transaction);
                transaction.Commit();
                return result;
            }
            catch (SqliteException error)
            {
                throw Fault(error);
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
            throw Fault(error);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidCastException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw StoreErrors.Unreadable(File, error);
        }
    }

    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    // The writer closes last: it then moves the write-ahead log into the database and removes it, unless nothing is to be changed any more.
    private void Close()
    {
        using (var reader = new SqliteConnection(_readers))
        {
            SqliteConnection.ClearPool(reader);
        }

        lock (_gate)
        {
            if (_damage is not null && _writer.Handle is { } handle)
            {
                sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            }

            _writer.Dispose();
        }
    }

    private StoreException Fault(SqliteException error)
    {
        if (!StoreErrors.IsDamage(error))
        {
            return StoreErrors.From(error, File);
        }

        Suspect(error.Message);
        return new StoreException(Damage!, error);
    }

    private void RefuseDamage(string? damage)
    {
        if (damage is not null)
        {
            _damage = damage;
            throw new StoreException(Damage!);
        }
    }

    // The next start reads the file whole, because a quick look may not come to the place.
    private void Suspect(string damage)
    {
        if (Interlocked.CompareExchange(ref _damage, damage, null) is null && _lock.Condition != StoreCondition.None)
        {
            TryRemember(StoreCondition.Suspect);
        }
    }

    private void TryRemember(StoreCondition condition)
    {
        try
        {
            _lock.Remember(_lock.Generation, condition);
        }
        catch (StoreException)
        {
            // The damage is told in any case. Without the note the next start looks at a damaged file quickly, or sets aside an empty one.
        }
    }

    private StoreException SetAside(string damage, DateTimeOffset now, Exception cause)
    {
        try
        {
            var aside = File.SetAside(now);
            TryRemember(StoreCondition.None);
            return StoreErrors.SetAside(File, damage, aside, cause);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return StoreErrors.NotSetAside(File, damage, error);
        }
    }

    private static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = pooling,
        DefaultTimeout = BusySeconds,
    }.ToString();
}
