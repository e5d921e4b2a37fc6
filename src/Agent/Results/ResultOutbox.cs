using System.Diagnostics.CodeAnalysis;
using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Results;

/// <summary>
/// Every batch of this boot that the coordinator has not acknowledged, numbered 1, 2, 3 … in the order they came. Nothing is ever dropped: while the window is
/// full or the memory's share is used up, the gate keeps engines from taking more shards, so what can still come is bounded by what they have begun.
/// </summary>
internal sealed class ResultOutbox(IntakeGate gate, ChangeSignal outgoing, long maxBytes = ResultOutbox.DefaultMaxBytes)
{
    // About 8,000 shards of 500 targets x 5 pings: 4M results.
    public const long DefaultMaxBytes = 128L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<ResultBatch> _unacked = [];
    private LinkedListNode<ResultBatch>? _nextToSend;
    private ulong _lastSequence;
    private ulong _highestSent;
    private long _bytes;

    // Null while there is no session: then only memory bounds the intake, so that engines go on through a coordinator's absence.
    private int? _credits;

    public bool IsEmpty => Count == 0;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _unacked.Count;
            }
        }
    }

    /// <summary>The oldest batch without an ack; the next one to come when all are acknowledged.</summary>
    public ulong FirstUnacked
    {
        get
        {
            lock (_gate)
            {
                return _unacked.First?.Value.Sequence ?? _lastSequence + 1;
            }
        }
    }

    /// <summary>Leases whose results wait for an ack: still this agent's, as far as a coordinator that lost its memory is concerned.</summary>
    public IReadOnlyList<LeaseKey> Leases()
    {
        lock (_gate)
        {
            return [.. _unacked.Select(batch => new LeaseKey(new RoundId(batch.Round), new ShardId(batch.Shard), new LeaseEpoch(batch.Epoch)))];
        }
    }

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
        lock (_gate)
        {
            batch.Sequence = ++_lastSequence;
            var place = _unacked.AddLast(batch);
            _nextToSend ??= place;
            _bytes += SizeOf(batch);
            SetGate_NeedsLock();
        }

        outgoing.Raise();
    }

    /// <summary>A session begins: everything unacknowledged is sent again, so many batches at a time.</summary>
    public void OpenWindow(int credits)
    {
        lock (_gate)
        {
            // A window of nothing would never open again.
            _credits = Math.Max(1, credits);
            _nextToSend = _unacked.First;
            SetGate_NeedsLock();
        }

        outgoing.Raise();
    }

    public void CloseWindow()
    {
        lock (_gate)
        {
            _credits = null;
            SetGate_NeedsLock();
        }
    }

    /// <summary>The next batch of this session in the order of sequence, if the window has room for it.</summary>
    public bool TryTakeToSend([NotNullWhen(true)] out ResultBatch? batch)
    {
        lock (_gate)
        {
            batch = _nextToSend?.Value;
            if (batch is null || batch.Sequence >= _unacked.First!.Value.Sequence + (ulong)(_credits ?? 0))
            {
                batch = null;
                return false;
            }

            _nextToSend = _nextToSend!.Next;
            _highestSent = Math.Max(_highestSent, batch.Sequence);
            return true;
        }
    }

    /// <summary>Forgets every batch up to this one. False, and nothing forgotten, when it names one that was never sent.</summary>
    public bool AckUpTo(ulong sequence)
    {
        lock (_gate)
        {
            if (sequence > _highestSent)
            {
                return false;
            }

            while (_unacked.First is { } first && first.Value.Sequence <= sequence)
            {
                // Acknowledged before it was sent again: an earlier session had delivered it.
                _nextToSend = _nextToSend == first ? first.Next : _nextToSend;
                _bytes -= SizeOf(first.Value);
                _unacked.RemoveFirst();
            }

            SetGate_NeedsLock();
        }

        outgoing.Raise();
        return true;
    }

    private void SetGate_NeedsLock() => gate.Set(_bytes < maxBytes && (_credits is not { } credits || _unacked.Count < credits));

    // What a batch takes in memory, not on the wire: four bytes a number, and an object for each reason.
    private static long SizeOf(ResultBatch batch) =>
        256 + 4L * (batch.Columns.Sent.Count + batch.Columns.Received.Count + batch.Columns.RttUs.Count) + 96L * batch.Columns.Reasons.Count;
}
