using FpingCluster.Coordinator.Storage;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>A data folder of one test.</summary>
internal sealed class StoreFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fpingcluster-store-").FullName;

    public string Database => System.IO.Path.Combine(Path, SqliteResultStore.FileName);

    /// <summary>Says it to the database behind the store's back.</summary>
    public long Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
