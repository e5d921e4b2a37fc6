using System.Diagnostics.CodeAnalysis;
using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Results;

/// <summary>
/// Every batch that the coordinator has not acknowledged, numbered 1, 2, 3 … in the order they came; those found in the spool came first. Engines add, a session
/// sends and acknowledges, and the spool's keeper moves what memory has no share for to the disk and back; one lock, under which nobody waits. While the
/// window is full, or memory's share is used up until the keeper has made room, the gate keeps engines from taking more shards.
/// </summary>
internal sealed partial class ResultOutbox(IntakeGate gate, ChangeSignal outgoing, long maxBytes = ResultOutbox.DefaultMaxBytes)
{
    // About 8,000 shards of 500 targets x 5 pings: 4M results.
    public const long DefaultMaxBytes = 128L * 1024 * 1024;

    // Batches read back before a session asks for them.
    private const ulong ReadAhead = 64;

    private readonly Lock _gate = new();
    private readonly ChangeSignal _keeping = new();
    private readonly UnackedBatches _unacked = new();
    private ulong _nextToSend = 1;
    private ulong _highestSent;

    // Batches below it are on the disk, the rest in memory alone.
    private ulong _spooledEnd = 1;

    // No batch between the next to send and this one has to be read back.
    private ulong _readEnd = 1;

    // Null while there is no session: then only memory bounds the intake, so that engines go on through a coordinator's absence.
    private int? _credits;

    public bool IsEmpty => Count == 0;

    public int Count => Look(() => _unacked.Count);

    public void Add(LeaseKey lease, ShardContentHash content, ResultColumns columns)
    {
        var batch = new ResultBatch
        {
            Round = lease.Round.Value,
            Shard = lease.Shard.Value,
            Epoch = lease.Epoch.Value,
            ContentHash = content.Value,
            Columns = columns,
        };
        var place = UnackedBatch.PlaceOf(batch);
        place.Batch = batch;
        bool keeping;
        lock (_gate)
        {
            batch.Sequence = _unacked.End;
            _unacked.Add(place);
            SetGate_NeedsLock();
            keeping = _credits is null || _unacked.Bytes >= maxBytes;
        }

        outgoing.Raise();
        RaiseKeeping(keeping);
    }

    /// <summary>Numbers dropped before this moment need no ack: the coordinator is told to begin after them.</summary>
    public OutboxClaim Introduce()
    {
        lock (_gate)
        {
            while (_unacked.Has(_unacked.First) && _unacked[_unacked.First].IsDropped)
            {
                _unacked.RemoveFirst();
            }

            // A coordinator that was restarted acknowledges at once what lies before the first.
            _highestSent = Math.Max(_highestSent, _unacked.First - 1);
            return new OutboxClaim(_unacked.First, [.. _unacked.All.Select(place => place.Lease)]);
        }
    }

    /// <summary>A session begins: everything unacknowledged is sent again, so many batches at a time.</summary>
    public void OpenWindow(int credits)
    {
        Change(() =>
        {
            // A window of nothing would never open again.
            _credits = Math.Max(1, credits);
            _nextToSend = _readEnd = _unacked.First;
        });
        outgoing.Raise();
        _keeping.Raise();
    }

    public void CloseWindow()
    {
        Change(() => _credits = null);
        _keeping.Raise();
    }

    /// <summary>The next batch of this session in the order of sequence, if the window has room for it and it is in memory.</summary>
    public bool TryTakeToSend([NotNullWhen(true)] out ResultBatch? batch)
    {
        bool spooled;
        lock (_gate)
        {
            batch = _nextToSend < Window_NeedsLock() ? Show_NeedsLock(_nextToSend) : null;
            if (batch is null)
            {
                return false;
            }

            spooled = _nextToSend < _spooledEnd;
            if (spooled)
            {
                _unacked.Keep(_nextToSend, null);
            }

            _highestSent = Math.Max(_highestSent, _nextToSend++);
        }

        RaiseKeeping(spooled);
        return true;
    }

    /// <summary>Forgets every batch up to this one. False, and nothing forgotten, when it names one that was never sent.</summary>
    public bool AckUpTo(ulong sequence)
    {
        bool spooled;
        lock (_gate)
        {
            if (sequence > _highestSent)
            {
                return false;
            }

            spooled = _unacked.First < _spooledEnd;
            while (_unacked.Has(_unacked.First) && _unacked.First <= sequence)
            {
                _unacked.RemoveFirst();
            }

            // Acknowledged before it was sent again: an earlier session had delivered it.
            _nextToSend = Math.Max(_nextToSend, _unacked.First);
            SetGate_NeedsLock();
        }

        outgoing.Raise();
        RaiseKeeping(spooled);
        return true;
    }

    // Null: on the disk alone.
    private ResultBatch? Show_NeedsLock(ulong number) =>
        _unacked[number].IsDropped ? new ResultBatch { Sequence = number } : _unacked[number].Batch;

    // The first number that may not be sent yet.
    private ulong Window_NeedsLock() => _credits is { } credits ? Math.Min(_unacked.End, _unacked.First + (ulong)credits) : 0;

    // A backlog on the disk closes no gate: engines that went on without a session need not stop because there is one again.
    private void SetGate_NeedsLock() => gate.Set(
        _unacked.Bytes < maxBytes && (_credits is not { } credits || _unacked.Count < credits || _unacked.First < _spooledEnd));

    private T Look<T>(Func<T> look)
    {
        lock (_gate)
        {
            return look();
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            SetGate_NeedsLock();
        }
    }

    private void RaiseKeeping(bool needed)
    {
        if (needed)
        {
            _keeping.Raise();
        }
    }
}
