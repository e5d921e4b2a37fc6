using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>Damaged files: at the start they are set aside, in use they are not written to any more, and never are they silently replaced.</summary>
public sealed class SqliteDamageTests : IDisposable
{
    private const int Batches = 200;
    private const int PageBytes = 4096;

    // The clock of these tests stands still: the generation of their first store.
    private const int First = (27 * 60 + 4) * 60 + 5;

    private readonly StoreFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string Aside => $"{_folder.Database}.corrupt-20260102T030405Z";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("no database")]
    [InlineData("another page size")]
    [InlineData("truncated")]
    [InlineData("truncated to a part of a page")]
    [InlineData("emptied")]
    [InlineData("schema overwritten")]
    [InlineData("table of rounds overwritten")]
    public async Task Damaged_file_is_set_aside_unchanged_and_the_next_start_begins_anew(string damage)
    {
        await FillAsync();
        Damage(damage);
        var bytes = File.ReadAllBytes(_folder.Database);

        var message = FailedOpen();

        Assert.StartsWith($"{_folder.Database} is damaged: ", message, StringComparison.Ordinal);
        Assert.Contains($"; it was set aside as {Aside}, unchanged; to keep what can be read of it: ", message, StringComparison.Ordinal);
        Assert.Contains($"sqlite3 {Aside} .recover | sqlite3 {_folder.Database} and start again (README: ", message, StringComparison.Ordinal);
        Assert.EndsWith("the next start without that begins with a new store", message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Aside));
        Assert.Equal($"{First} none\n", File.ReadAllText(_folder.Database + ".lock"));
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.True(file.StartsWith(Aside, StringComparison.Ordinal) || file == _folder.Database + ".lock", file));
        await using var anew = Open();
        Assert.Empty(anew.ReadRounds(job: null, limit: 10));
        Assert.Equal(First + 1, anew.Generation);
    }

    [Fact]
    public async Task Log_with_a_damaged_header_is_set_aside_with_its_database()
    {
        using var crashed = await CrashAsync();
        Overwrite(crashed.Database + "-wal", position: 8, bytes: 4);
        var (database, log) = (File.ReadAllBytes(crashed.Database), File.ReadAllBytes(crashed.Database + "-wal"));

        var message = Assert.Throws<StoreException>(() => SqliteResultStore.Open(crashed.Path, time: _time)).Message;

        Assert.Contains("the header of its write-ahead log is damaged; it was set aside as ", message, StringComparison.Ordinal);
        var aside = $"{crashed.Database}.corrupt-20260102T030405Z";
        Assert.Equal(database, File.ReadAllBytes(aside));
        Assert.Equal(log, File.ReadAllBytes(aside + "-wal"));
        Assert.False(File.Exists(crashed.Database + "-wal"));
    }

    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task Torn_end_of_the_log_and_a_damaged_index_of_it_cost_nothing_that_was_committed(string suffix)
    {
        using var crashed = await CrashAsync();
        if (suffix == "-wal")
        {
            using var log = new FileStream(crashed.Database + suffix, FileMode.Append);
            log.Write(Garbage(10_000));
        }
        else
        {
            File.WriteAllBytes(crashed.Database + suffix, Garbage(32_768));
        }

        await using var store = SqliteResultStore.Open(crashed.Path);

        Assert.Equal(Batches, store.ReadBatches(new RoundId(1)).Count());
    }

    [Fact]
    public async Task Damage_found_in_use_stops_all_writing_and_the_next_start_sets_the_file_aside()
    {
        await FillAsync();
        var half = new FileInfo(_folder.Database).Length / 2;
        Overwrite(_folder.Database, half, (int)half);
        await using (var store = Open())
        {
            Assert.Null(store.Damage);

            var found = Assert.Throws<StoreException>(() => store.ReadBatches(new RoundId(1)).Count());

            Assert.Equal(store.Damage, found.Message);
            Assert.StartsWith($"{_folder.Database} is damaged: ", store.Damage, StringComparison.Ordinal);
            Assert.Contains("nothing more is written to it or acknowledged, and agents keep their results; start the coordinator again", store.Damage, StringComparison.Ordinal);
            Assert.Equal(store.Damage, Assert.Throws<StoreException>(() => store.Append([Batch(new RoundId(1), 999)])).Message);
            Assert.Equal(store.Damage, Assert.Throws<StoreException>(() => store.BeginRound(Round(), [])).Message);
        }

        Assert.Contains($"it was set aside as {Aside}", FailedOpen(), StringComparison.Ordinal);
        await using var anew = Open();
        Assert.Null(anew.Damage);
        Assert.Equal(First + 2, anew.Generation);
    }

    [Fact]
    public async Task File_that_was_suspected_wrongly_is_used_again()
    {
        await FillAsync();
        File.WriteAllText(_folder.Database + ".lock", $"{First} suspect\n");

        await using (var store = Open())
        {
            Assert.Equal(Batches, store.ReadBatches(new RoundId(1)).Count());
        }

        Assert.Equal($"{First + 1}\n", File.ReadAllText(_folder.Database + ".lock"));
    }

    [Fact]
    public async Task Start_that_ends_while_it_makes_a_new_store_is_made_up_by_the_next()
    {
        await Open().DisposeAsync();
        File.Delete(_folder.Database);
        File.WriteAllText(_folder.Database + ".lock", $"{First} none\n");
        File.WriteAllBytes(_folder.Database, []);

        await using var store = Open();

        Assert.Equal(First + 1, store.Generation);
    }

    [Fact]
    public async Task Recovered_store_that_lost_its_generation_goes_on_from_the_one_remembered_beside_it()
    {
        await FillAsync();
        _folder.Sql("DELETE FROM openings");

        await using var store = Open();

        Assert.Equal(First + 1, store.Generation);
        Assert.Equal(Batches, store.ReadBatches(new RoundId(1)).Count());
    }

    [Fact]
    public async Task New_store_in_a_folder_goes_on_with_the_generations_of_the_one_that_is_gone()
    {
        await Open().DisposeAsync();
        await Open().DisposeAsync();
        File.Delete(_folder.Database);

        await using var store = Open();

        Assert.Equal(First + 2, store.Generation);
    }

    [Fact]
    public async Task Damaged_file_that_cannot_be_set_aside_is_told_and_left_where_it_is()
    {
        using var disk = new Tmpfs("size=4m");
        await SqliteResultStore.Open(disk.Path).DisposeAsync();
        var file = Path.Combine(disk.Path, SqliteResultStore.FileName);
        Overwrite(file, position: 0, bytes: PageBytes);
        using var protection = Tmpfs.ProtectFile(file);

        // The file is a mount point now, which cannot be renamed.
        var message = Assert.Throws<StoreException>(() => SqliteResultStore.Open(disk.Path)).Message;

        Assert.Contains("; it could not be set aside: ", message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    private async Task FillAsync()
    {
        await using var store = Open();
        Fill(store);
    }

    private static void Fill(SqliteResultStore store)
    {
        var round = store.BeginRound(Round(), []);
        store.Append([.. Enumerable.Range(1, Batches).Select(i => Batch(round, (ulong)i, bytes: 6_000))]);
    }

    // What a coordinator that was killed leaves behind: a database whose commits are still in its log.
    private async Task<StoreFolder> CrashAsync()
    {
        await using var store = Open();
        Fill(store);
        var crashed = new StoreFolder();
        foreach (var file in Directory.GetFiles(_folder.Path, $"{SqliteResultStore.FileName}*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(crashed.Path, Path.GetFileName(file)));
        }

        return crashed;
    }

    private void Damage(string damage)
    {
        var length = new FileInfo(_folder.Database).Length;
        switch (damage)
        {
            case "no database":
                File.WriteAllBytes(_folder.Database, Garbage(8_192));
                break;
            case "another page size":
                Overwrite(_folder.Database, position: 16, bytes: 2);
                break;
            case "truncated":
                SetLength(length / PageBytes / 2 * PageBytes);
                break;
            case "truncated to a part of a page":
                SetLength(1_000);
                break;
            case "emptied":
                SetLength(0);
                break;
            case "schema overwritten":
                Overwrite(_folder.Database, position: 100, bytes: PageBytes - 100);
                break;
            case "table of rounds overwritten":
                Overwrite(_folder.Database, (_folder.Sql("SELECT rootpage FROM sqlite_schema WHERE name = 'rounds'") - 1) * PageBytes, PageBytes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage), damage, null);
        }
    }

    private void SetLength(long length)
    {
        using var file = new FileStream(_folder.Database, FileMode.Open);
        file.SetLength(length);
    }

    private static void Overwrite(string path, long position, int bytes)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = position;
        file.Write(Garbage(bytes));
    }

    private static byte[] Garbage(int bytes) => [.. Enumerable.Repeat((byte)0xA5, bytes)];

    private SqliteResultStore Open() => SqliteResultStore.Open(_folder.Path, time: _time);

    private string FailedOpen() => Assert.Throws<StoreException>(Open).Message;
}
