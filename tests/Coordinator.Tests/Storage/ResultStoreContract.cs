using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>What every <see cref="IResultStore"/> keeps to.</summary>
public abstract class ResultStoreContract
{
    private protected abstract IResultStore Store { get; }

    [Fact]
    public void BeginRound_gives_rising_ids_that_are_never_used_twice()
    {
        var first = Store.BeginRound(Round(), []);
        var second = Store.BeginRound(Round(), []);
        Store.CloseRound(second, Start, Summary());
        Store.CloseRound(first, Start, Summary());
        Store.DeleteRoundsBefore(Start.AddDays(1));

        var third = Store.BeginRound(Round(), []);

        Assert.True(first.Value < second.Value && second.Value < third.Value, $"{first}, {second}, {third}");
    }

    [Fact]
    public void FindRound_returns_what_was_begun()
    {
        var id = Store.BeginRound(Round(), []);

        Assert.Equal(Round() with { Id = id }, Store.FindRound(id));
    }

    [Fact]
    public void FindRound_returns_what_was_closed()
    {
        var id = Store.BeginRound(Round() with { Deadline = null }, []);

        Store.CloseRound(id, Start.AddSeconds(12), Summary());

        var round = Store.FindRound(id)!;
        Assert.Equivalent(Summary(), round.Summary, strict: true);
        Assert.Equal(Round() with { Id = id, Deadline = null, ClosedAt = Start.AddSeconds(12), Summary = round.Summary }, round);
    }

    [Fact]
    public void FindRound_of_a_round_that_is_not_there_returns_null() => Assert.Null(Store.FindRound(new RoundId(4711)));

    [Fact]
    public void CloseRound_of_a_closed_round_leaves_it_as_it_was()
    {
        var id = Store.BeginRound(Round(), []);
        Store.CloseRound(id, Start, Summary(up: 1));

        Store.CloseRound(id, Start.AddSeconds(1), Summary(up: 2));

        Assert.Equal((Start, 1), (Store.FindRound(id)!.ClosedAt!.Value, Store.FindRound(id)!.Summary!.Up));
    }

    [Fact]
    public void CloseRound_of_a_round_that_is_not_there_fails()
    {
        var error = Assert.Throws<StoreException>(() => Store.CloseRound(new RoundId(4711), Start, Summary()));

        Assert.Contains("round 4711 is not in", error.Message);
    }

    [Fact]
    public void ReadRounds_gives_the_newest_first_up_to_the_limit()
    {
        var ids = Enumerable.Range(0, 4).Select(i => Store.BeginRound(Round(i % 2 == 0 ? "even" : "odd"), [])).ToArray();

        Assert.Equal([ids[3], ids[2], ids[1]], Store.ReadRounds(null, 3).Select(round => round.Id));
        Assert.Equal([ids[2], ids[0]], Store.ReadRounds("even", 3).Select(round => round.Id));
        Assert.Equal([ids[3]], Store.ReadRounds("odd", 1).Select(round => round.Id));
        Assert.Empty(Store.ReadRounds("none", 3));
    }

    [Fact]
    public void ReadUnfinishedRounds_gives_what_was_never_closed_of_all_jobs_newest_first()
    {
        var ids = Enumerable.Range(0, 5).Select(i => Store.BeginRound(Round(i % 2 == 0 ? "even" : "odd"), [])).ToArray();
        Store.CloseRound(ids[0], Start, Summary());
        Store.CloseRound(ids[3], Start, Summary());

        Assert.Equal([ids[4], ids[2], ids[1]], Store.ReadUnfinishedRounds().Select(round => round.Id));
        Assert.Equal(Round("odd") with { Id = ids[1] }, Store.ReadUnfinishedRounds()[^1]);
    }

    [Fact]
    public void ReadShards_gives_them_in_the_order_of_their_ids()
    {
        var deepest = (1UL << 63) - 1;
        var id = Store.BeginRound(Round(), [Shard(deepest, 1, fill: 1), Shard(2, ulong.MaxValue, fill: 2), Shard(7, 3, fill: 3)]);

        Assert.Equivalent(
            new[] { Shard(2, ulong.MaxValue, fill: 2), Shard(7, 3, fill: 3), Shard(deepest, 1, fill: 1) }, Store.ReadShards(id), strict: true);
        Assert.Equal([2, 7, deepest], Store.ReadShards(id).Select(shard => shard.Shard.Value));
    }

    [Fact]
    public void Append_keeps_batches_of_any_order_and_ReadBatches_gives_them_in_the_order_of_shards()
    {
        var id = Store.BeginRound(Round(), []);
        var other = Store.BeginRound(Round(), []);
        var shards = Enumerable.Range(1, 300).Select(i => (ulong)i).ToArray();
        new Random(1).Shuffle(shards);

        Store.Append([.. shards.Select(shard => Batch(id, shard, fill: (byte)shard)), Batch(other, 9)]);

        var read = Store.ReadBatches(id).ToList();
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (ulong)i), read.Select(batch => batch.Shard.Value));
        Assert.All(read, batch =>
        {
            var sent = Batch(id, batch.Shard.Value, fill: (byte)batch.Shard.Value);
            Assert.Equal(sent, batch with { Columns = sent.Columns });
            Assert.Equal(sent.Columns.ToArray(), batch.Columns.ToArray());
        });
    }

    [Fact]
    public void Append_of_a_slice_keeps_the_slice_only()
    {
        var id = Store.BeginRound(Round(), []);
        byte[] buffer = [1, 2, 3, 4, 5];

        Store.Append([Batch(id, 2) with { Columns = buffer.AsMemory(1, 3) }]);

        Assert.Equal([2, 3, 4], Store.ReadBatches(id).Single().Columns.ToArray());
    }

    [Fact]
    public void Append_of_a_shard_that_is_there_leaves_it_as_it_was()
    {
        var id = Store.BeginRound(Round(), []);
        Store.Append([Batch(id, 2, fill: 1, epoch: 1)]);

        Store.Append([Batch(id, 2, fill: 2, epoch: 2), Batch(id, 3), Batch(id, 3, fill: 9)]);

        Assert.Equal([(2UL, 1L, (byte)1), (3UL, 5L, (byte)1)],
            Store.ReadBatches(id).Select(batch => (batch.Shard.Value, batch.Epoch.Value, batch.Columns.Span[0])));
    }

    [Fact]
    public void Append_to_a_deleted_round_is_passed_over()
    {
        var gone = Store.BeginRound(Round(), []);
        var kept = Store.BeginRound(Round(startedAt: Start.AddHours(1)), []);
        Store.CloseRound(gone, Start, Summary());
        Store.DeleteRoundsBefore(Start.AddMinutes(1));

        Store.Append([Batch(gone, 2), Batch(kept, 2)]);

        Assert.Single(Store.ReadBatches(kept));
        Assert.Throws<StoreException>(() => Store.ReadBatches(gone).Count());
    }

    [Fact]
    public void ReadBatches_of_a_round_deleted_meanwhile_does_not_end_as_if_it_were_whole()
    {
        var id = Store.BeginRound(Round(), []);
        Store.Append([.. Enumerable.Range(1, 200).Select(i => Batch(id, (ulong)i))]);
        Store.CloseRound(id, Start, Summary());
        using var batches = Store.ReadBatches(id).GetEnumerator();
        Assert.True(batches.MoveNext());

        Store.DeleteRoundsBefore(Start.AddDays(1));

        Assert.Throws<StoreException>(() =>
        {
            while (batches.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void DeleteRoundsBefore_deletes_what_is_closed_and_older_and_nothing_else()
    {
        var unfinished = Store.BeginRound(Round(), [Shard(2, 1)]);
        var old = Store.BeginRound(Round(), [Shard(2, 1), Shard(3, 2)]);
        var young = Store.BeginRound(Round(startedAt: Start.AddMinutes(1)), [Shard(2, 1), Shard(3, 3)]);
        Store.Append([.. Enumerable.Range(1, 300).SelectMany(i => new[] { Batch(old, (ulong)i), Batch(young, (ulong)i) })]);
        Store.CloseRound(old, Start, Summary());
        Store.CloseRound(young, Start.AddMinutes(2), Summary());

        var deleted = Store.DeleteRoundsBefore(Start.AddMinutes(1));

        Assert.Equal(1, deleted);
        Assert.Equal([young, unfinished], Store.ReadRounds(null, 10).Select(round => round.Id));
        Assert.Empty(Store.ReadShards(old));
        Assert.Equal([1UL], Store.ReadShards(unfinished).Select(shard => shard.Content.Value));
        Assert.Equal([1UL, 3UL], Store.ReadShards(young).Select(shard => shard.Content.Value));
        Assert.Equal(300, Store.ReadBatches(young).Count());
        Assert.Equal(0, Store.DeleteRoundsBefore(Start.AddMinutes(1)));
    }

    [Fact]
    public void Reading_goes_on_while_batches_are_appended()
    {
        var id = Store.BeginRound(Round(), []);
        Store.Append([.. Enumerable.Range(1, 100).Select(i => Batch(id, (ulong)i))]);
        using var batches = Store.ReadBatches(id).GetEnumerator();
        Assert.True(batches.MoveNext());

        Store.Append([Batch(id, 1_000)]);

        var rest = 0;
        while (batches.MoveNext())
        {
            rest++;
        }

        Assert.InRange(rest, 99, 100);
    }
}
