using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Results;

/// <summary>
/// The batches without an ack, numbered without a gap. Each is in memory, on the disk or both; one that was dropped keeps its number until a coordinator is told
/// not to wait for it. Not thread-safe: it is under the outbox's lock.
/// </summary>
internal sealed class UnackedBatches
{
    private readonly Dictionary<ulong, UnackedBatch> _places = [];

    /// <summary>The oldest number; <see cref="End"/> when there is none.</summary>
    public ulong First { get; private set; } = 1;

    /// <summary>The number of the next one to come.</summary>
    public ulong End { get; private set; } = 1;

    /// <summary>Without those dropped.</summary>
    public int Count { get; private set; }

    /// <summary>What the batches in memory take there.</summary>
    public long Bytes { get; private set; }

    /// <summary>In the order of their numbers, without those dropped.</summary>
    public IEnumerable<UnackedBatch> All
    {
        get
        {
            for (var number = First; number < End; number++)
            {
                if (_places[number] is { IsDropped: false } place)
                {
                    yield return place;
                }
            }
        }
    }

    public UnackedBatch this[ulong number] => _places[number];

    public bool Has(ulong number) => number >= First && number < End;

    public void Add(UnackedBatch place)
    {
        _places.Add(End++, place);
        Count++;
        Bytes += SizeOf(place.Batch);
    }

    /// <summary>Puts a batch into memory, or takes it from there.</summary>
    public void Keep(ulong number, ResultBatch? batch)
    {
        var place = _places[number];
        Bytes += SizeOf(batch) - SizeOf(place.Batch);
        place.Batch = batch;
    }

    public UnackedBatch Drop(ulong number)
    {
        Keep(number, null);
        Count--;
        _places[number].IsDropped = true;
        return _places[number];
    }

    public void RemoveFirst()
    {
        _places.Remove(First++, out var place);
        Count -= place!.IsDropped ? 0 : 1;
        Bytes -= SizeOf(place.Batch);
    }

    // What a batch takes in memory, not on the wire: four bytes a number, and an object for each reason.
    private static long SizeOf(ResultBatch? batch) => batch?.Columns is not { } columns
        ? 0
        : 256 + 4L * (columns.Sent.Count + columns.Received.Count + columns.RttUs.Count) + 96L * columns.Reasons.Count;
}
