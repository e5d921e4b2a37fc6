using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

public sealed class SqliteFailureTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Second_store_on_a_file_is_refused_until_the_first_is_closed()
    {
        var first = SqliteResultStore.Open(_folder.Path);
        var generation = first.Generation;

        var message = FailedOpen(_folder.Path);

        Assert.Contains($"{_folder.Database} is in use by another coordinator; stop that one (fuser -v {_folder.Database}.lock names it)", message);
        Assert.EndsWith("or choose another data folder with data_dir", message);
        await first.DisposeAsync();
        await using var second = SqliteResultStore.Open(_folder.Path);
        Assert.True(second.Generation > generation);
    }

    [Fact]
    public void Folder_in_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(_folder.Database);

        Assert.Contains($"cannot write {_folder.Database}", FailedOpen(_folder.Path));
    }

    [Fact]
    public void File_in_place_of_the_folder_is_refused()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");

        Assert.Contains($"cannot use the data folder {file}", FailedOpen(file));
        Assert.Contains($"cannot use the data folder {file}/below", FailedOpen(Path.Combine(file, "below")));
    }

    [Fact]
    public void Read_only_folder_is_refused()
    {
        using var disk = new Tmpfs("ro");

        var below = Path.Combine(disk.Path, "data");
        Assert.Contains($"cannot use the data folder {disk.Path}: ", FailedOpen(disk.Path));
        Assert.Contains($"cannot use the data folder {below}: ", FailedOpen(below));
    }

    [Fact]
    public async Task Read_only_file_is_refused_and_nothing_in_it_is_lost()
    {
        using var disk = new Tmpfs("size=4m");
        await using (var store = SqliteResultStore.Open(disk.Path))
        {
            store.Append([Batch(store.BeginRound(Round(), []), 1)]);
        }

        var file = Path.Combine(disk.Path, SqliteResultStore.FileName);
        using (Tmpfs.ProtectFile(file))
        {
            Assert.Contains($"cannot write {file}: ", FailedOpen(disk.Path));
        }

        await using var writable = SqliteResultStore.Open(disk.Path);
        Assert.Single(writable.ReadBatches(new RoundId(1)));
    }

    [Fact]
    public async Task Newer_schema_is_refused()
    {
        await SqliteResultStore.Open(_folder.Path).DisposeAsync();
        _folder.Sql("PRAGMA user_version = 99");

        var message = FailedOpen(_folder.Path);

        Assert.Contains($"{_folder.Database} has schema version 99, this coordinator knows versions up to 1", message);
        Assert.Equal(99, _folder.Sql("PRAGMA user_version"));
    }

    [Fact]
    public void Database_of_another_program_is_refused()
    {
        _folder.Sql("CREATE TABLE contacts (name TEXT)");

        Assert.Contains($"{_folder.Database} is a database of another program", FailedOpen(_folder.Path));
    }

    [Fact]
    public async Task Full_disk_at_the_start_is_reported()
    {
        using var disk = new Tmpfs("size=1m");
        disk.Fill();

        Assert.Contains(disk.Path, FailedOpen(disk.Path));

        disk.MakeRoom();
        await SqliteResultStore.Open(disk.Path).DisposeAsync();
    }

    [Fact]
    public async Task Full_disk_takes_no_batch_and_all_of_them_when_there_is_room_again()
    {
        using var disk = new Tmpfs("size=4m");
        await using var store = SqliteResultStore.Open(disk.Path);
        var id = store.BeginRound(Round(), []);
        store.Append([Batch(id, 1)]);
        var batches = Enumerable.Range(1, 100).Select(i => Batch(id, (ulong)i, bytes: 6_000)).ToArray();
        disk.Fill();

        var error = Assert.Throws<StoreException>(() => store.Append(batches));

        Assert.Contains($"no space left for {Path.Combine(disk.Path, SqliteResultStore.FileName)}", error.Message);
        Assert.Contains($"df -h {disk.Path}", error.Message);
        Assert.Single(store.ReadBatches(id));
        Assert.Throws<StoreException>(() => store.Append(batches));

        disk.MakeRoom();
        store.Append(batches);
        Assert.Equal(100, store.ReadBatches(id).Count());
    }

    private static string FailedOpen(string folder) => Assert.Throws<StoreException>(() => SqliteResultStore.Open(folder)).Message;
}
