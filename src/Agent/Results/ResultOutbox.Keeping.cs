using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Results;

// What the spool's keeper sees and does: one task, which alone knows the disk.
internal sealed partial class ResultOutbox
{
    /// <summary>Raised when the spool's keeper may have something to do.</summary>
    public Task NextKeeping => _keeping.Next;

    public bool HasSession => Look(() => _credits is not null);

    /// <summary>Memory's share is used up.</summary>
    public bool IsFull => Look(() => _unacked.Bytes >= maxBytes);

    /// <summary>Batches below this number are acknowledged.</summary>
    public ulong FirstUnacked => Look(() => _unacked.First);

    /// <summary>Takes in what an earlier boot left on the disk. Before anything else.</summary>
    public void Recover(IEnumerable<UnackedBatch> spooled) => Change(() =>
    {
        foreach (var place in spooled)
        {
            _unacked.Add(place);
        }

        _spooledEnd = _unacked.End;
    });

    /// <summary>The oldest batches that are in memory alone, of consecutive numbers, about so many bytes of them, at least one if there is any.</summary>
    public IReadOnlyList<ResultBatch> NextToSpool(long bytes)
    {
        List<ResultBatch> batches = [];
        lock (_gate)
        {
            _spooledEnd = Math.Max(_spooledEnd, _unacked.First);
            var left = bytes;
            for (var number = _spooledEnd; number < _unacked.End && left > 0; number++)
            {
                // Dropped ones are the oldest of all, so they leave no gap between the others.
                if (_unacked[number].Batch is { } batch)
                {
                    batches.Add(batch);
                    left -= batch.CalculateSize();
                }
            }
        }

        return batches;
    }

    /// <summary>Everything up to this number is on the disk (or dropped) and leaves memory.</summary>
    public void Spooled(ulong number) => Change(() =>
    {
        _readEnd = Math.Min(_readEnd, _spooledEnd);
        for (; _spooledEnd <= number; _spooledEnd++)
        {
            if (_unacked.Has(_spooledEnd))
            {
                _unacked.Keep(_spooledEnd, null);
            }
        }
    });

    /// <summary>The number of the batch that the session needs next from the disk.</summary>
    public bool TryFindToRead(out ulong number)
    {
        lock (_gate)
        {
            var end = Math.Min(Math.Min(_spooledEnd, Window_NeedsLock()), _nextToSend + ReadAhead);
            for (_readEnd = Math.Max(_readEnd, _nextToSend); _readEnd < end && Show_NeedsLock(_readEnd) is not null; _readEnd++)
            {
            }

            number = _readEnd;
            return _readEnd < end && (_readEnd == _nextToSend || _unacked.Bytes < maxBytes);
        }
    }

    public void ReadBack(ResultBatch batch)
    {
        Change(() =>
        {
            if (_unacked.Has(batch.Sequence) && !_unacked[batch.Sequence].IsDropped)
            {
                _unacked.Keep(batch.Sequence, batch);
            }
        });
        outgoing.Raise();
    }

    /// <summary>Drops what is not acknowledged of these numbers. Returns what is lost by it.</summary>
    public IReadOnlyList<UnackedBatch> Drop(ulong first, ulong end)
    {
        List<UnackedBatch> lost = [];
        Change(() =>
        {
            for (var number = Math.Max(first, _unacked.First); number < Math.Min(end, _unacked.End); number++)
            {
                if (!_unacked[number].IsDropped)
                {
                    lost.Add(_unacked.Drop(number));
                }
            }
        });
        outgoing.Raise();
        return lost;
    }

    /// <summary>Drops the oldest in memory until an eighth of its share is free. Returns what is lost by it.</summary>
    public IReadOnlyList<UnackedBatch> DropFromMemory()
    {
        List<UnackedBatch> lost = [];
        Change(() =>
        {
            for (var number = _unacked.First; number < _unacked.End && _unacked.Bytes > maxBytes / 8 * 7; number++)
            {
                if (_unacked[number].Batch is not null)
                {
                    lost.Add(_unacked.Drop(number));
                }
            }
        });
        outgoing.Raise();
        return lost;
    }
}
