using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Protocol.V1;
using Microsoft.Extensions.Logging;
using LeaseReturnReason = FpingCluster.Shared.Leases.LeaseReturnReason;
using ReturnedLease = FpingCluster.Agent.Assignments.ReturnedLease;

namespace FpingCluster.Agent.Spooling;

/// <summary>
/// The one task that moves batches between the outbox and the disk. Without a session, or when memory's share is used up, they go to the disk; in a session they
/// are read back as it asks for them. Whatever still has no place when there is no session to relieve it is dropped, oldest first. Ended by the token that
/// it is given, after engines and session: then what is in memory is spooled too.
/// </summary>
internal sealed partial class SpoolKeeper(
    ResultOutbox outbox, ResultSpool spool, LeaseReturns returns, ProbeCounters counters, TimeProvider time, ILogger<SpoolKeeper> logger)
{
    // A session that was cut is usually back before; until then nothing is written.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    // Between two fsyncs, and between two attempts on a disk that fails.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private const string NoRoom = "neither memory nor spool had room for its results";

    private readonly Rarely _tellDropped = new(TimeSpan.FromMinutes(1), time);
    private readonly Rarely _tellTrouble = new(TimeSpan.FromMinutes(1), time);
    private readonly Rarely _flush = new(Beat, time);
    private long? _absentSince;
    private long? _failedAt;
    private long _untold;

    private bool IsWaiting => _absentSince is not null && !IsAbsent || spool.IsDirty || _failedAt is not null || _untold > 0;

    private bool IsAbsent => _absentSince is { } since && time.GetElapsedTime(since) >= Moment && !outbox.HasSession;

    private bool MaySpool => outbox.IsFull || (IsAbsent && !(_failedAt is { } failed && time.GetElapsedTime(failed) < Beat));

    /// <summary>Hands over what an earlier boot left. Before the first session.</summary>
    public void Recover()
    {
        var found = spool.TakeFound();
        outbox.Recover(found);
        if (found.Count > 0)
        {
            Log.Found(logger, found.Count, found.Sum(batch => (long)batch.Results), spool.Folder);
        }

        if (spool.CutOff > 0)
        {
            Log.CutOff(logger, spool.CutOff, spool.Folder);
        }
    }

    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            // Taken before the look, so that no change between the look and the wait is missed.
            var changed = outbox.NextKeeping;
            Keep();
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(end);
            await Task.WhenAny(changed, Task.Delay(IsWaiting ? Beat : Timeout.InfiniteTimeSpan, time, waiting.Token));
            await waiting.CancelAsync();
        }

        Finish();
    }

    /// <summary>One look at the outbox: does what is to be done now.</summary>
    public void Keep()
    {
        spool.Release(outbox.FirstUnacked);
        if (outbox.HasSession)
        {
            (_absentSince, _failedAt) = (null, null);
            ReadBack();
        }
        else
        {
            _absentSince ??= time.GetTimestamp();
        }

        while (MaySpool && outbox.NextToSpool(spool.GroupBytes) is { Count: > 0 } group && TrySpool(group))
        {
        }

        if (spool.IsDirty && _flush.IsDue())
        {
            spool.Flush();
        }

        TellTrouble();
    }

    /// <summary>Nothing comes any more: what is in memory goes to the disk for the next start.</summary>
    public void Finish()
    {
        spool.Release(outbox.FirstUnacked);
        while (outbox.NextToSpool(spool.GroupBytes) is { Count: > 0 } group)
        {
            switch (spool.Append(group))
            {
                case SpoolAnswer.Written:
                    outbox.Spooled(group[^1].Sequence);
                    break;
                case SpoolAnswer.Full:
                    DropOldestSegment();
                    break;
                case SpoolAnswer.Failed:
                default:
                    Lose(outbox.Drop(group[0].Sequence, group[^1].Sequence + 1), NoRoom);
                    break;
            }
        }

        spool.Flush();
        TellTrouble();
        TellDropped();
        if (outbox.Count > 0)
        {
            Log.Kept(logger, outbox.Count, spool.Folder);
        }
    }

    private void ReadBack()
    {
        while (outbox.TryFindToRead(out var number))
        {
            if (spool.Read(number) is { } batch)
            {
                outbox.ReadBack(batch);
            }
            else
            {
                Lose(outbox.Drop(number, number + 1), "the disk no longer has its results");
            }
        }
    }

    /// <summary>False when it is no use to go on now.</summary>
    private bool TrySpool(IReadOnlyList<ResultBatch> group)
    {
        var answer = spool.Append(group);
        _failedAt = answer == SpoolAnswer.Failed ? time.GetTimestamp() : null;
        switch (answer)
        {
            case SpoolAnswer.Written:
                outbox.Spooled(group[^1].Sequence);
                return true;
            // A session makes room by itself, and while it lasts the gate bounds what can come.
            case SpoolAnswer.Full when !outbox.HasSession:
            case SpoolAnswer.Failed when !outbox.HasSession && outbox.IsFull && !spool.IsEmpty:
                DropOldestSegment();
                return true;
            case SpoolAnswer.Failed when !outbox.HasSession && outbox.IsFull:
                Lose(outbox.DropFromMemory(), NoRoom);
                return false;
            default:
                return false;
        }
    }

    private void DropOldestSegment()
    {
        var (first, end) = spool.DropOldest();
        Lose(outbox.Drop(first, end), NoRoom);
    }

    private void Lose(IReadOnlyList<UnackedBatch> lost, string why)
    {
        var results = lost.Sum(batch => batch.Results);
        counters.ResultsDropped(results);
        _untold += results;
        returns.Add([.. lost.Select(batch => new ReturnedLease(batch.Lease, LeaseReturnReason.ResultsDropped, why))]);
    }

    private void TellTrouble()
    {
        if (spool.TakeTrouble() is { } trouble && _tellTrouble.IsDue())
        {
            Log.Trouble(logger, spool.Folder, trouble);
        }

        if (_untold > 0 && _tellDropped.IsDue())
        {
            TellDropped();
        }
    }

    private void TellDropped()
    {
        if (_untold > 0)
        {
            Log.Dropped(logger, _untold, counters.DroppedResults);
            _untold = 0;
        }
    }
}
