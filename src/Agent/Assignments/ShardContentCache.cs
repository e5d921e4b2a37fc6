using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Assignments;

/// <summary>
/// The targets of shards by the hash of their content, so that they travel once and not every round. The least recently used go first; leases in hand keep
/// their own reference. Owned by the session's receive loop alone.
/// </summary>
internal sealed class ShardContentCache(long maxBytes = ShardContentCache.DefaultMaxBytes)
{
    // Four million targets.
    public const long DefaultMaxBytes = 64L * 1024 * 1024;

    private const int BytesPerTarget = 16;

    private readonly Dictionary<ShardContentHash, LinkedListNode<(ShardContentHash Hash, TargetAddress[] Targets)>> _places = [];
    private readonly LinkedList<(ShardContentHash Hash, TargetAddress[] Targets)> _byUse = [];

    public long Bytes { get; private set; }

    public void Add(ShardContentHash hash, TargetAddress[] targets)
    {
        if (Find(hash) is not null)
        {
            return;
        }

        _places[hash] = _byUse.AddLast((hash, targets));
        Bytes += SizeOf(targets);
        // A content larger than the whole cache stays while it is the only one, else its lease could never be granted.
        while (Bytes > maxBytes && _byUse.Count > 1)
        {
            var oldest = _byUse.First!.Value;
            _byUse.RemoveFirst();
            _places.Remove(oldest.Hash);
            Bytes -= SizeOf(oldest.Targets);
        }
    }

    public TargetAddress[]? Find(ShardContentHash hash)
    {
        if (!_places.TryGetValue(hash, out var place))
        {
            return null;
        }

        _byUse.Remove(place);
        _byUse.AddLast(place);
        return place.Value.Targets;
    }

    private static long SizeOf(TargetAddress[] targets) => (long)targets.Length * BytesPerTarget;
}
