using System.Threading.Channels;
using FpingCluster.Shared.Timing;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// Group commit: what arrives within a short window becomes durable in one transaction, then <paramref name="committed"/> is told of it, on the queue's own task
/// and in the order of arrival. While the store fails, the same batches are tried again and nobody is told, so their agents keep them.
/// The one task ends when <see cref="StopAsync"/> is called and the queue is empty, or when it cannot be emptied then.
/// </summary>
internal sealed partial class CommitQueue(
    IResultStore store, Action<IReadOnlyList<StoredBatch>> committed, TimeProvider time, Random random, ILogger<CommitQueue> logger) : IAsyncDisposable
{
    public const int MaxBatches = 512;
    public const int MaxBytes = 8 << 20;

    /// <summary>From one commit's begin to the next, unless a group is full before; after a longer silence a batch does not wait at all.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(50);

    /// <summary>Unbounded, because the sessions' credits bound how many batches can be unacknowledged.</summary>
    private readonly Channel<StoredBatch> _queue = Channel.CreateUnbounded<StoredBatch>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Backoff _backoff = new(random);
    private int _depth;
    private volatile string? _trouble;

    /// <summary>Batches taken in and not yet committed.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>Why batches cannot be committed at present and what to do about it; null when they can.</summary>
    public string? Trouble => _trouble;

    /// <summary>The queue's task once started. It fails only on a defect of ours; whoever supervises the coordinator must watch it.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start() => Completion = Task.Run(RunAsync);

    /// <summary>Never waits. After <see cref="StopAsync"/> the batch is dropped unacknowledged, and its agent sends it again to the next coordinator.</summary>
    public void Enqueue(StoredBatch batch)
    {
        Interlocked.Increment(ref _depth);
        if (!_queue.Writer.TryWrite(batch))
        {
            Interlocked.Decrement(ref _depth);
        }
    }

    /// <summary>Commits what is queued. A store that fails is tried once more, not for ever: what it did not take is still with the agents.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await Completion;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<StoredBatch>(MaxBatches);
        long? begun = null;
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await GatherAsync(group, begun is { } last ? Window - time.GetElapsedTime(last) : TimeSpan.Zero);
            begun = time.GetTimestamp();
            if (!await CommitAsync(group))
            {
                return;
            }

            Interlocked.Add(ref _depth, -group.Count);
            committed(group.ToArray());
            group.Clear();
        }
    }

    /// <summary>Takes what is there, and until the wait is over what comes; returns at once when the group is full or the queue stopped.</summary>
    private async Task GatherAsync(List<StoredBatch> group, TimeSpan wait)
    {
        using var window = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : Timeout.InfiniteTimeSpan, time);
        var bytes = 0L;
        while (!Take(group, ref bytes) && wait > TimeSpan.Zero && !window.IsCancellationRequested && !_queue.Reader.Completion.IsCompleted)
        {
            Task more = _queue.Reader.WaitToReadAsync(window.Token).AsTask();
            await more.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Moves what is queued into the group; true when the group is full.</summary>
    private bool Take(List<StoredBatch> group, ref long bytes)
    {
        while (group.Count < MaxBatches && bytes < MaxBytes)
        {
            if (!_queue.Reader.TryRead(out var batch))
            {
                return false;
            }

            group.Add(batch);
            bytes += batch.Columns.Length;
        }

        return true;
    }

    /// <summary>Returns once the group is durable; false when it is not and the queue is stopped.</summary>
    private async Task<bool> CommitAsync(List<StoredBatch> group)
    {
        while (true)
        {
            var lastTry = _stopping.IsCancellationRequested;
            try
            {
                // Not on the thread of the timer that ended the wait: its other timers would wait for the disk.
                await Task.Run(() => store.Append(group), CancellationToken.None);
                Recovered();
                return true;
            }
            catch (StoreException error)
            {
                Failed(error);
            }

            if (lastTry)
            {
                Log.GivenUp(logger, Depth);
                return false;
            }

            await Task.Delay(_backoff.Next(), time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Failed(StoreException error)
    {
        if (_trouble is null)
        {
            Log.Failing(logger, error.Message);
        }

        _trouble = error.Message;
    }

    private void Recovered()
    {
        if (_trouble is not null)
        {
            Log.Recovered(logger, Depth);
            _trouble = null;
        }

        _backoff.Reset();
    }
}
