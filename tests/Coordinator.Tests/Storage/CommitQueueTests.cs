using System.Collections.Concurrent;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>The store stops at the begin of each Append until the test lets it go on, so that the tests know what the queue is doing.</summary>
public sealed class CommitQueueTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryResultStore _store = new();
    private readonly RecordingLogger<CommitQueue> _logger = new();
    private readonly SemaphoreSlim _appending = new(0);
    private readonly SemaphoreSlim _goOn = new(0);
    private readonly SemaphoreSlim _acknowledging = new(0);
    private readonly ConcurrentQueue<StoredBatch> _acknowledged = [];
    private readonly CommitQueue _queue;
    private readonly RoundId _round;

    public CommitQueueTests()
    {
        _round = _store.BeginRound(Round(), []);
        _store.Appending = _ =>
        {
            _appending.Release();
            Assert.True(_goOn.Wait(Patience), "the test did not let Append go on");
        };
        _queue = new CommitQueue(_store, Acknowledge, _time, new Random(1), _logger);
        _queue.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _goOn.Release(1_000);
        await _queue.DisposeAsync();
    }

    public void Dispose()
    {
        _appending.Dispose();
        _goOn.Dispose();
        _acknowledging.Dispose();
    }

    [Fact]
    public async Task Batch_after_a_silence_is_committed_at_once()
    {
        Enqueue(1);
        await LetAppendAsync();
        await AcknowledgedAsync(1);

        _time.Advance(CommitQueue.Window);
        Enqueue(2);
        await LetAppendAsync();
        await AcknowledgedAsync(2);

        Assert.Equal([1, 1], _store.Appends);
    }

    [Fact]
    public async Task Batches_that_came_during_a_commit_share_the_next_in_order()
    {
        Enqueue(1);
        await AppendingAsync();
        for (var shard = 2UL; shard <= 1_001; shard++)
        {
            Enqueue(shard);
        }

        Assert.Equal(1_001, _queue.Depth);
        _time.Advance(CommitQueue.Window);
        _goOn.Release();
        await AppendingAsync();
        _time.Advance(CommitQueue.Window);
        _goOn.Release();
        await LetAppendAsync();
        await AcknowledgedAsync(1_001);

        Assert.Equal([1, CommitQueue.MaxBatches, 1_000 - CommitQueue.MaxBatches], _store.Appends);
        Assert.Equal(Enumerable.Range(1, 1_001).Select(i => (ulong)i), _acknowledged.Select(batch => batch.Shard.Value));
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task Batches_soon_after_a_commit_wait_for_the_window_and_share_it()
    {
        Enqueue(1);
        await LetAppendAsync();
        await AcknowledgedAsync(1);
        var begun = _time.GetTimestamp();

        Enqueue(2);
        Enqueue(3);
        await AdvanceUntilAppendingAsync();
        var waited = _time.GetElapsedTime(begun);
        _goOn.Release();
        await AcknowledgedAsync(3);

        Assert.Equal([1, 2], _store.Appends);
        Assert.True(waited >= CommitQueue.Window, $"waited {waited}");
    }

    [Fact]
    public async Task Group_of_the_greatest_count_does_not_wait_for_the_window()
    {
        Enqueue(1);
        await LetAppendAsync();
        await AcknowledgedAsync(1);

        for (var i = 0UL; i < CommitQueue.MaxBatches; i++)
        {
            Enqueue(2 + i);
        }

        await LetAppendAsync();
        await AcknowledgedAsync(1 + CommitQueue.MaxBatches);
        Assert.Equal([1, CommitQueue.MaxBatches], _store.Appends);
    }

    [Fact]
    public async Task Group_of_the_greatest_size_does_not_wait_for_the_window()
    {
        Enqueue(1);
        await LetAppendAsync();
        await AcknowledgedAsync(1);

        for (var i = 0UL; i < 4; i++)
        {
            Enqueue(2 + i, bytes: CommitQueue.MaxBytes / 4);
        }

        await LetAppendAsync();
        await AcknowledgedAsync(5);
        Assert.Equal([1, 4], _store.Appends);
    }

    [Fact]
    public async Task Batch_is_acknowledged_only_after_Append_returned()
    {
        Enqueue(1);
        await AppendingAsync();
        Assert.Empty(_acknowledged);
        Assert.Equal(1, _queue.Depth);

        _goOn.Release();
        await AcknowledgedAsync(1);
        Assert.Single(_store.ReadBatches(_round));
    }

    [Fact]
    public async Task Failing_store_is_tried_again_with_the_same_batches_and_each_is_acknowledged_once()
    {
        _store.Trouble = "no space left for fpingcluster.db; free some";
        Enqueue(1);
        await LetAppendAsync();
        for (var i = 0; i < 5; i++)
        {
            Enqueue(2 + (ulong)i);
            await AdvanceUntilAppendingAsync();
            Assert.Equal("no space left for fpingcluster.db; free some", _queue.Trouble);
            Assert.Empty(_acknowledged);
            _goOn.Release();
        }

        await AdvanceUntilAppendingAsync();
        _store.Trouble = null;
        _goOn.Release();
        await AcknowledgedAsync(1);
        await AdvanceUntilAppendingAsync();
        _goOn.Release();
        await AcknowledgedAsync(6);

        Assert.Equal([1, 5], _store.Appends);
        Assert.Equal([1, 2, 3, 4, 5, 6], _acknowledged.Select(batch => (int)batch.Shard.Value));
        Assert.Null(_queue.Trouble);
        Assert.Equal([LogLevel.Error, LogLevel.Information], _logger.Entries.Select(entry => entry.Level));
        Assert.Contains("no space left for fpingcluster.db; free some", _logger.Entries[0].Message);
    }

    [Fact]
    public async Task StopAsync_commits_what_is_queued()
    {
        Enqueue(1);
        await AppendingAsync();
        for (var shard = 2UL; shard <= 600; shard++)
        {
            Enqueue(shard);
        }

        var stopped = _queue.StopAsync();
        Assert.False(stopped.IsCompleted);
        _goOn.Release(3);
        await stopped.WaitAsync(Patience);

        Assert.Equal(600, _acknowledged.Count);
        Assert.Equal(600, _store.ReadBatches(_round).Count());
    }

    [Fact]
    public async Task StopAsync_with_a_failing_store_ends_after_one_more_try_and_acknowledges_nothing()
    {
        _store.Trouble = "failing";
        Enqueue(1);
        Enqueue(2);
        await LetAppendAsync();

        _goOn.Release();
        await _queue.StopAsync().WaitAsync(Patience);

        Assert.Empty(_acknowledged);
        Assert.Equal([LogLevel.Error, LogLevel.Warning], _logger.Entries.Select(entry => entry.Level));
        Assert.Contains("Stopped with batches not committed: 2;", _logger.Entries[1].Message);
    }

    [Fact]
    public async Task Enqueue_after_StopAsync_is_dropped_unacknowledged()
    {
        await _queue.StopAsync();

        Enqueue(1);

        Assert.Equal(0, _queue.Depth);
        Assert.Empty(_acknowledged);
    }

    [Fact]
    public async Task Defect_ends_the_task_with_its_cause()
    {
        var store = new MemoryResultStore { Appending = _ => throw new InvalidOperationException("defect") };
        var queue = new CommitQueue(store, Acknowledge, _time, new Random(1), _logger);
        queue.Start();

        queue.Enqueue(Batch(_round, 1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.Completion.WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(queue.StopAsync);
        Assert.Empty(_acknowledged);
    }

    private void Enqueue(ulong shard, int bytes = 100) => _queue.Enqueue(Batch(_round, shard, bytes: bytes));

    private void Acknowledge(IReadOnlyList<StoredBatch> batches)
    {
        foreach (var batch in batches)
        {
            _acknowledged.Enqueue(batch);
        }

        _acknowledging.Release();
    }

    private async Task AppendingAsync() => Assert.True(await _appending.WaitAsync(Patience), "no Append");

    private async Task LetAppendAsync()
    {
        await AppendingAsync();
        _goOn.Release();
    }

    /// <summary>Advances the clock step by step, because the queue sets its timer at a moment that the test does not see.</summary>
    private async Task AdvanceUntilAppendingAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_appending.Wait(0, CancellationToken.None))
        {
            Assert.False(patience.IsCancellationRequested, "no Append");
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Yield();
        }
    }

    private async Task AcknowledgedAsync(int batches)
    {
        while (_acknowledged.Count < batches)
        {
            Assert.True(await _acknowledging.WaitAsync(Patience), $"{_acknowledged.Count} of {batches} batches acknowledged");
        }
    }
}
