using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Assignments.TestShards;
using static FpingCluster.Agent.Tests.Spooling.SpoolSamples;

namespace FpingCluster.Agent.Tests.Spooling;

public sealed class SpoolKeeperTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WorkFolder _work = new();
    private readonly FakeTimeProvider _time = new();

    private string Folder => _work.PathOf("spool");

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Short_absence_costs_no_disk()
    {
        using var agent = Start();
        agent.OpenSession(10);
        agent.Add(1, 2);
        agent.Outbox.CloseWindow();
        agent.Keeper.Keep();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        agent.Keeper.Keep();

        agent.OpenSession(10);
        _time.Advance(TimeSpan.FromMinutes(1));
        agent.Keeper.Keep();

        Assert.False(Directory.Exists(Folder));
        Assert.Equal([1UL, 2], agent.Send().Select(batch => batch.Shard));
    }

    [Fact]
    public void Long_absence_moves_everything_to_the_disk_and_what_comes_later_too()
    {
        using var agent = Start();
        agent.Add(1, 2);

        agent.KeepWithoutSession();
        Assert.Empty(agent.InMemoryAlone);
        agent.Add(3);
        agent.Keeper.Keep();

        Assert.Empty(agent.InMemoryAlone);
        Assert.Equal(3, agent.Outbox.Count);
        Assert.True(agent.Gate.IsOpen);
        Assert.Single(FilesOf(agent.Spool));
    }

    [Fact]
    public void New_session_gets_what_was_spooled_in_order_within_its_window_then_the_rest()
    {
        using var agent = Start();
        agent.Add(1, 2, 3);
        agent.KeepWithoutSession();
        agent.Add(4);

        agent.OpenSession(2);
        Assert.Equal([1UL, 2], agent.Send().Select(batch => batch.Sequence));
        agent.Outbox.AckUpTo(2);
        Assert.Equal([3UL, 4], agent.Send().Select(batch => batch.Shard));
        agent.Outbox.AckUpTo(4);
        agent.Keeper.Keep();

        Assert.True(agent.Outbox.IsEmpty);
        Assert.Empty(FilesOf(agent.Spool));
    }

    [Fact]
    public void Batch_comes_from_the_disk_as_it_went_there()
    {
        using var agent = Start();
        agent.Add(1);
        var before = agent.Outbox.NextToSpool(1)[0].Clone();
        agent.KeepWithoutSession();

        agent.OpenSession(1);

        Assert.Equal(before, Assert.Single(agent.Send()));
    }

    [Fact]
    public void Backlog_on_the_disk_does_not_stop_the_engines()
    {
        using var agent = Start();
        agent.Add(1, 2, 3);
        agent.KeepWithoutSession();

        agent.OpenSession(1);
        Assert.True(agent.Gate.IsOpen);

        agent.Send();
        agent.Outbox.AckUpTo(1);
        agent.Send();
        agent.Outbox.AckUpTo(2);
        agent.Send();
        agent.Outbox.AckUpTo(3);
        agent.Add(4);
        Assert.False(agent.Gate.IsOpen);
    }

    [Fact]
    public void Memory_that_is_full_in_a_session_is_relieved_by_the_disk()
    {
        using var agent = Start(memory: 4);
        agent.OpenSession(1000);
        agent.Add(1, 2);
        Assert.Equal(2, agent.Send().Count);
        agent.Add(3, 4);
        Assert.False(agent.Gate.IsOpen);

        agent.Keeper.Keep();

        Assert.True(agent.Gate.IsOpen);
        Assert.Equal([3UL, 4], agent.Send().Select(batch => batch.Shard));
        Assert.True(agent.Outbox.AckUpTo(4));
        agent.Keeper.Keep();
        Assert.Empty(FilesOf(agent.Spool));
    }

    [Fact]
    public void Next_start_sends_what_was_left_under_numbers_of_its_own_and_claims_its_leases()
    {
        Start().Use(agent =>
        {
            agent.OpenSession(10);
            agent.Add(1, 2, 3);
            agent.Send();
            agent.Outbox.AckUpTo(2);
            agent.Outbox.CloseWindow();
            agent.KeepWithoutSession();
            agent.Add(4);
            agent.Keeper.Finish();
            Assert.Contains(agent.Log.TakeAll(), line => line.Contains($"Kept 2 batches in {Folder}", StringComparison.Ordinal));
        });

        using var next = Start();

        Assert.Contains(next.Log.TakeAll(), line => line.Contains("Found 2 batches (6 results)", StringComparison.Ordinal));
        var claim = next.Outbox.Introduce();
        Assert.Equal(1UL, claim.FirstUnacked);
        Assert.Equal([Lease(3), Lease(4)], claim.Leases);
        next.Add(5);
        next.OpenSession(10);
        Assert.Equal([(1UL, 3UL), (2, 4), (3, 5)], next.Send().Select(batch => (batch.Sequence, batch.Shard)));
    }

    [Fact]
    public void Full_spool_drops_the_oldest_first_counts_them_and_gives_their_leases_back()
    {
        using var agent = Start(limit: 3 * SpoolRecordBytes, segmentBytes: 1);
        agent.Add(1, 2, 3);
        agent.KeepWithoutSession();

        agent.Add(4, 5);
        agent.Keeper.Keep();

        Assert.Equal([1UL, 2], agent.TakeDropped());
        Assert.Equal(2 * ResultsEach, agent.Counters.DroppedResults);
        Assert.Equal([Lease(3), Lease(4), Lease(5)], agent.Outbox.Introduce().Leases);
        Assert.Equal(3UL, agent.Outbox.FirstUnacked);
        agent.OpenSession(10);
        Assert.Equal([3UL, 4, 5], agent.Send().Select(batch => batch.Sequence));
    }

    [Fact]
    public void What_is_dropped_after_Hello_goes_as_an_empty_batch_so_that_acks_pass_it()
    {
        using var agent = Start(limit: 2 * SpoolRecordBytes, segmentBytes: 1);
        agent.Add(1, 2);
        agent.KeepWithoutSession();
        Assert.Equal(1UL, agent.Outbox.Introduce().FirstUnacked);
        agent.Add(3);
        agent.Keeper.Keep();

        agent.Outbox.OpenWindow(10);
        agent.Keeper.Keep();
        var sent = agent.Send();

        Assert.Equal([new ResultBatch { Sequence = 1 }, Batch(2), Batch(3)], sent);
        Assert.True(agent.Outbox.AckUpTo(3));
        Assert.True(agent.Outbox.IsEmpty);
    }

    [Fact]
    public void Coordinator_may_acknowledge_at_once_what_a_Hello_left_out()
    {
        using var agent = Start(limit: SpoolRecordBytes, segmentBytes: 1);
        agent.Add(1);
        agent.KeepWithoutSession();
        agent.Add(2);
        agent.Keeper.Keep();
        agent.OpenSession(10);

        Assert.True(agent.Outbox.AckUpTo(1));

        Assert.Equal(2UL, agent.Outbox.FirstUnacked);
        Assert.Equal(1, agent.Outbox.Count);
    }

    [Fact]
    public void Without_a_disk_the_oldest_in_memory_are_dropped_when_it_is_full()
    {
        using var agent = Start(limit: 0, memory: 8);
        agent.Add(1, 2, 3, 4, 5, 6, 7);
        agent.KeepWithoutSession();
        Assert.Empty(agent.TakeDropped());

        agent.Add(8);
        Assert.False(agent.Gate.IsOpen);
        agent.Keeper.Keep();

        Assert.Equal([1UL], agent.TakeDropped());
        Assert.True(agent.Gate.IsOpen);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void Full_disk_lets_memory_fill_up_before_anything_is_dropped()
    {
        using var disk = new Tmpfs("size=1m");
        using var agent = new KeeperUnderTest(Path.Combine(disk.Path, "spool"), _time, segmentBytes: 1, memory: 8);
        agent.Add(1, 2);
        agent.KeepWithoutSession();
        disk.Fill();

        agent.Add(3, 4, 5);
        agent.KeepWithoutSession();
        Assert.Empty(agent.TakeDropped());
        Assert.Equal([3UL, 4, 5], agent.InMemoryAlone);
        Assert.Contains(agent.Log.TakeAll(), line => line.StartsWith("Warning The spool", StringComparison.Ordinal) && line.Contains("No space left", StringComparison.Ordinal));

        agent.Add(6, 7, 8, 9, 10);
        agent.KeepWithoutSession();
        Assert.Equal([1UL], agent.TakeDropped());

        disk.MakeRoom();
        agent.KeepWithoutSession();
        Assert.Empty(agent.InMemoryAlone);
    }

    [Fact]
    public void Nothing_is_dropped_while_a_session_lasts()
    {
        using var agent = Start(limit: 2 * SpoolRecordBytes, segmentBytes: 1, memory: 2);
        agent.OpenSession(100);
        agent.Add(1, 2, 3, 4, 5, 6);

        agent.Keeper.Keep();

        Assert.Empty(agent.TakeDropped());
        Assert.False(agent.Gate.IsOpen);
        Assert.Equal([1UL, 2, 3, 4, 5, 6], agent.Send().Select(batch => batch.Shard));
    }

    [Fact]
    public void Drops_are_told_at_once_and_then_once_a_minute_with_their_number()
    {
        using var agent = Start(limit: SpoolRecordBytes, segmentBytes: 1);
        agent.Add(1, 2);
        agent.KeepWithoutSession();
        Assert.Contains(agent.Log.TakeAll(), line => line.StartsWith("Error Dropped 3 results", StringComparison.Ordinal));

        agent.Add(3, 4);
        agent.KeepWithoutSession();
        Assert.Empty(agent.Log.TakeAll());

        _time.Advance(TimeSpan.FromMinutes(1));
        agent.Keeper.Keep();
        Assert.Contains(agent.Log.TakeAll(), line => line.StartsWith("Error Dropped 6 results", StringComparison.Ordinal) && line.Contains("(9 since the start)", StringComparison.Ordinal));
    }

    [Fact]
    public void Batch_that_the_disk_lost_goes_empty_and_its_lease_goes_back()
    {
        using var agent = Start();
        agent.Add(1, 2, 3);
        agent.KeepWithoutSession();
        using (var file = new FileStream(Assert.Single(FilesOf(agent.Spool)), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = SpoolRecordBytes + 20;
            file.WriteByte(0xFF);
        }

        agent.OpenSession(10);

        Assert.Equal([1UL, 0, 3], agent.Send().Select(batch => batch.Shard));
        Assert.Equal([2UL], agent.TakeDropped());
        Assert.Equal(ResultsEach, agent.Counters.DroppedResults);
    }

    [Fact]
    public async Task Loop_writes_after_a_while_without_a_session_and_the_rest_at_its_end()
    {
        using var agent = Start();
        using var end = new CancellationTokenSource();
        agent.Add(1);
        var loop = Task.Run(() => agent.Keeper.RunAsync(end.Token));

        await Wait.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                return agent.InMemoryAlone.Count == 0;
            },
            Patience, "batch 1 on the disk");
        agent.OpenSession(10);
        agent.Outbox.CloseWindow();
        agent.Add(2);
        await end.CancelAsync();
        await loop.WaitAsync(Patience);

        Assert.Empty(agent.InMemoryAlone);
        Assert.Equal(2, agent.Outbox.Count);
    }

    private KeeperUnderTest Start(long limit = 16 << 20, long? segmentBytes = null, int memory = 1000) => new(Folder, _time, limit, segmentBytes, memory);
}
