using FpingCluster.Agent.Spooling;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Spooling.SpoolSamples;

namespace FpingCluster.Agent.Tests.Spooling;

public sealed class ResultSpoolTests : IDisposable
{
    private const long Limit = 16 << 20;

    private readonly WorkFolder _work = new();

    private string Folder => _work.PathOf("spool");

    public void Dispose() => _work.Dispose();

    [Fact]
    public void What_was_written_is_found_at_the_next_start_and_numbered_from_one()
    {
        using (var spool = Open())
        {
            Assert.Equal(SpoolAnswer.Written, spool.Append([Batch(11), Batch(12)]));
            Assert.Equal(SpoolAnswer.Written, spool.Append([Batch(13)]));
        }

        using var again = Open();

        Assert.Equal([11UL, 12, 13], again.TakeFound().Shards());
        Assert.Equal(Batch(2, shard: 12), again.Read(2));
        Assert.Equal(Batch(3, shard: 13), again.Read(3));
        Assert.Null(again.Read(4));
        Assert.Equal(0, again.CutOff);
    }

    [Fact]
    public void Files_are_for_their_user_alone_and_made_when_there_is_something_to_write()
    {
        using var spool = Open();
        Assert.False(Directory.Exists(Folder));

        spool.Append([Batch(1)]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(FilesOf(spool))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void Segments_go_when_all_in_them_is_released()
    {
        using var spool = Open(segmentBytes: 1);
        for (var number = 1UL; number <= 3; number++)
        {
            spool.Append([Batch(number)]);
        }

        spool.Release(2);
        Assert.Equal(2, FilesOf(spool).Count);
        Assert.Null(spool.Read(1));
        Assert.Equal(Batch(2), spool.Read(2));

        spool.Release(4);
        Assert.Empty(FilesOf(spool));
        Assert.Equal((true, 0L), (spool.IsEmpty, spool.Bytes));
    }

    [Fact]
    public void Numbers_that_do_not_follow_begin_a_segment_of_their_own()
    {
        using var spool = Open();
        spool.Append([Batch(1)]);

        spool.Append([Batch(5)]);

        Assert.Equal(2, FilesOf(spool).Count);
        Assert.Equal(Batch(5), spool.Read(5));
        Assert.Null(spool.Read(2));
    }

    [Fact]
    public void Limit_is_kept_until_the_oldest_is_dropped()
    {
        var size = SpoolRecord.SizeOf(Batch(1));
        using var spool = Open(limit: 3 * size, segmentBytes: 1);
        spool.Append([Batch(1)]);
        spool.Append([Batch(2)]);
        spool.Append([Batch(3)]);

        Assert.Equal(SpoolAnswer.Full, spool.Append([Batch(4)]));
        Assert.Equal((1UL, 2UL), spool.DropOldest());

        Assert.Equal(SpoolAnswer.Written, spool.Append([Batch(4)]));
        Assert.Equal(3 * size, spool.Bytes);
        Assert.Equal(spool.Bytes, FilesOf(spool).Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public void Switched_off_it_writes_nothing_and_still_delivers_what_is_there()
    {
        Open().With(spool => spool.Append([Batch(1)]));

        using var off = Open(limit: 0);

        Assert.Equal([1UL], off.TakeFound().Shards());
        Assert.Equal(SpoolAnswer.Failed, off.Append([Batch(2)]));
        Assert.Null(off.TakeTrouble());
        Assert.Equal(Batch(1), off.Read(1));
    }

    [Fact]
    public void Full_disk_takes_no_batch_of_a_group_and_all_of_them_when_there_is_room_again()
    {
        using var disk = new Tmpfs("size=1m");
        using var spool = ResultSpool.Open(Path.Combine(disk.Path, "spool"), Limit);
        Assert.Equal(SpoolAnswer.Written, spool.Append([Batch(1)]));
        disk.Fill();

        Assert.Equal(SpoolAnswer.Failed, spool.Append(Batches(2, 100)));
        Assert.Contains("No space left", spool.TakeTrouble(), StringComparison.Ordinal);
        Assert.Equal(SpoolRecord.SizeOf(Batch(1)), new FileInfo(Assert.Single(FilesOf(spool))).Length);

        disk.MakeRoom();
        Assert.Equal(SpoolAnswer.Written, spool.Append(Batches(2, 100)));
        Assert.Null(spool.TakeTrouble());
        Assert.Equal(Batch(101), spool.Read(101));
    }

    [Fact]
    public void Last_record_torn_at_any_byte_is_cut_off_and_the_rest_goes_on()
    {
        Open().With(spool => spool.Append(Batches(1, 3)));
        var file = Assert.Single(Directory.GetFiles(Folder));
        var whole = File.ReadAllBytes(file);
        var last = whole.Length - SpoolRecord.SizeOf(Batch(3));
        for (var length = last; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            using (var spool = Open())
            {
                Assert.Equal([1UL, 2], spool.TakeFound().Shards());
                Assert.Equal(length - last, spool.CutOff);
                Assert.Equal(SpoolAnswer.Written, spool.Append([Batch(3, shard: 33)]));
            }

            Assert.Equal([1UL, 2, 33], Reopened());
        }
    }

    [Fact]
    public void Last_record_with_any_byte_damaged_is_cut_off()
    {
        Open().With(spool => spool.Append(Batches(1, 3)));
        var file = Assert.Single(Directory.GetFiles(Folder));
        var whole = File.ReadAllBytes(file);
        for (var at = whole.Length - SpoolRecord.SizeOf(Batch(3)); at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);

            Assert.Equal([1UL, 2], Reopened());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(5000)]
    public void Zeros_that_a_power_cut_left_are_no_records(int zeros)
    {
        Open().With(spool => spool.Append([Batch(1)]));
        File.AppendAllBytes(Assert.Single(Directory.GetFiles(Folder)), new byte[zeros]);

        using var spool = Open();

        Assert.Equal([1UL], spool.TakeFound().Shards());
        Assert.Equal(zeros, spool.CutOff);
    }

    [Fact]
    public void Damage_in_one_segment_leaves_the_others_alone()
    {
        Open(segmentBytes: 1).With(spool => Array.ForEach(Batches(1, 3), batch => spool.Append([batch])));
        File.WriteAllText(Directory.GetFiles(Folder).Order(StringComparer.Ordinal).ElementAt(1), "garbage that is longer than a header");

        Assert.Equal([1UL, 3], Reopened());
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void Files_of_others_are_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(Folder, "x.batches"), "mine too");

        Open().With(spool => spool.Append([Batch(1)]));

        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        Assert.Equal("mine too", File.ReadAllText(Path.Combine(Folder, "x.batches")));
    }

    [Fact]
    public void Folder_that_cannot_be_read_is_told_with_the_remedy()
    {
        _work.Write("spool", "a file");

        var error = Assert.Throws<UserErrorException>(() => Open());

        Assert.Contains($"spool '{Folder}' cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("or name another with --data-dir", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, error.ExitStatus);
    }

    [Fact]
    public void Segment_that_cannot_be_written_is_told_with_the_remedy()
    {
        using var disk = new Tmpfs("size=1m");
        var folder = Path.Combine(disk.Path, "spool");
        ResultSpool.Open(folder, Limit).With(spool => spool.Append([Batch(1)]));
        disk.MakeReadOnly();

        Assert.Contains($"spool '{folder}' cannot be used: ", Assert.Throws<UserErrorException>(() => ResultSpool.Open(folder, Limit)).Message, StringComparison.Ordinal);
    }

    private ResultSpool Open(long limit = Limit, long? segmentBytes = null) => ResultSpool.Open(Folder, limit, segmentBytes);

    private IReadOnlyList<ulong> Reopened()
    {
        using var spool = Open();
        return spool.TakeFound().Shards();
    }
}
