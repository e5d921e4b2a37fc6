using FpingCluster.Coordinator.Storage;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

public sealed class SqliteResultStoreTests : ResultStoreContract, IAsyncLifetime, IDisposable
{
    private readonly StoreFolder _folder = new();
    private SqliteResultStore _store;

    private protected override IResultStore Store => _store;

    public SqliteResultStoreTests() => _store = SqliteResultStore.Open(_folder.Path);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reopened_store_has_everything_and_the_next_generation()
    {
        var id = _store.BeginRound(Round(), [Shard(2, 1), Shard(3, 2)]);
        _store.Append([Batch(id, 2), Batch(id, 3)]);
        var generation = _store.Generation;

        await ReopenAsync();

        Assert.True(_store.Generation > generation);
        Assert.Equal(Round() with { Id = id }, _store.FindRound(id));
        Assert.Equal(2, _store.ReadShards(id).Count);
        Assert.Equal(2, _store.ReadBatches(id).Count());
        Assert.True(_store.BeginRound(Round(), []).Value > id.Value);
    }

    [Fact]
    public async Task Store_that_was_never_closed_has_everything_that_was_written()
    {
        var id = _store.BeginRound(Round(), [Shard(2, 1)]);
        _store.Append([Batch(id, 2)]);
        using var other = new StoreFolder();
        foreach (var file in new[] { _folder.Database, _folder.Database + "-wal" })
        {
            File.Copy(file, Path.Combine(other.Path, Path.GetFileName(file)));
        }

        await using var reopened = SqliteResultStore.Open(other.Path);

        Assert.True(reopened.Generation > _store.Generation);
        Assert.Equal(_store.FirstGeneration, reopened.FirstGeneration);
        Assert.Single(reopened.ReadShards(id));
        Assert.Single(reopened.ReadBatches(id));
    }

    [Fact]
    public void Append_that_fails_in_the_middle_writes_nothing()
    {
        var id = _store.BeginRound(Round(), []);

        Assert.Throws<OverflowException>(() => _store.Append([Batch(id, 2), Batch(id, ulong.MaxValue)]));

        Assert.Empty(_store.ReadBatches(id));
        _store.Append([Batch(id, 2)]);
        Assert.Single(_store.ReadBatches(id));
    }

    [Fact]
    public void Reader_of_another_program_does_not_hold_up_the_writer()
    {
        using var reader = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.Database};Mode=ReadOnly;Pooling=false");
        reader.Open();
        using var snapshot = reader.BeginTransaction(deferred: true);
        using var query = reader.CreateCommand();
        query.CommandText = "SELECT count(*) FROM rounds";
        Assert.Equal(0L, query.ExecuteScalar());

        _store.BeginRound(Round(), []);

        Assert.Equal(0L, query.ExecuteScalar());
        Assert.Single(_store.ReadRounds(null, 10));
    }

    [Fact]
    public void Content_is_kept_once_for_all_rounds_and_as_long_as_one_has_it()
    {
        for (var i = 0; i < 3; i++)
        {
            var id = _store.BeginRound(Round(startedAt: Start.AddMinutes(i)), [Shard(2, 1), Shard(3, 100 + (ulong)i)]);
            _store.CloseRound(id, Start.AddMinutes(i + 1), Summary());
        }

        Assert.Equal(4, _folder.Sql("SELECT count(*) FROM shard_contents"));
        _store.DeleteRoundsBefore(Start.AddMinutes(2));
        Assert.Equal(2, _folder.Sql("SELECT count(*) FROM shard_contents"));
        _store.DeleteRoundsBefore(Start.AddMinutes(3));
        Assert.Equal(0, _folder.Sql("SELECT count(*) FROM shard_contents"));
        Assert.Equal(0, _folder.Sql("SELECT count(*) FROM content_uses"));
    }

    [Fact]
    public async Task Deletion_that_was_interrupted_is_finished_by_the_next()
    {
        var id = _store.BeginRound(Round(), [Shard(2, 1)]);
        _store.Append([Batch(id, 2)]);
        _folder.Sql("UPDATE rounds SET deleted = 1");
        await ReopenAsync();
        Assert.Null(_store.FindRound(id));

        Assert.Equal(0, _store.DeleteRoundsBefore(Start.AddDays(-1)));

        Assert.Equal(0, _folder.Sql("SELECT (SELECT count(*) FROM results) + (SELECT count(*) FROM round_shards) + (SELECT count(*) FROM rounds)"));
    }

    [Fact]
    public async Task Deleted_rounds_give_their_space_back()
    {
        AppendRounds(40);
        await ReopenAsync();
        var full = new FileInfo(_folder.Database).Length;

        Assert.Equal(40, _store.DeleteRoundsBefore(Start.AddDays(1)));
        await ReopenAsync();

        Assert.True(full > 4_000_000, $"{full} bytes are too few to show anything");
        Assert.InRange(new FileInfo(_folder.Database).Length, 1, full / 4);
    }

    [Fact]
    public async Task File_does_not_grow_when_each_new_round_replaces_an_old_one()
    {
        AppendRounds(20);
        await ReopenAsync();
        var full = new FileInfo(_folder.Database).Length;

        for (var i = 20; i < 60; i++)
        {
            _store.DeleteRoundsBefore(Start.AddMinutes(i - 19));
            AppendRounds(1, i);
        }

        await ReopenAsync();
        Assert.Equal(20, _store.ReadRounds(null, 100).Count);
        Assert.InRange(new FileInfo(_folder.Database).Length, 1, full * 5 / 4);
    }

    private void AppendRounds(int rounds, int first = 0)
    {
        for (var i = first; i < first + rounds; i++)
        {
            var id = _store.BeginRound(Round(startedAt: Start.AddMinutes(i)), [Shard(2, 1)]);
            _store.Append([.. Enumerable.Range(1, 20).Select(shard => Batch(id, (ulong)shard, bytes: 6_000))]);
            _store.CloseRound(id, Start.AddMinutes(i + 1), Summary());
        }
    }

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = SqliteResultStore.Open(_folder.Path);
    }
}
