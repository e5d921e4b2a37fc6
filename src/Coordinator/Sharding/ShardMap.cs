using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>All shards of a target list, by rising id; every target is in exactly one. Immutable.</summary>
internal sealed class ShardMap
{
    private readonly Dictionary<ShardId, int> _indexes;

    public ShardMap(TargetList list, IReadOnlyList<Shard> shards)
    {
        (List, Shards) = (list, shards);
        _indexes = new Dictionary<ShardId, int>(shards.Count);
        for (var i = 0; i < shards.Count; i++)
        {
            _indexes.Add(shards[i].Id, i);
        }
    }

    public TargetList List { get; }

    public IReadOnlyList<Shard> Shards { get; }

    /// <summary>The position of a shard in <see cref="Shards"/>; -1 when this map has no such shard.</summary>
    public int IndexOf(ShardId shard) => _indexes.GetValueOrDefault(shard, -1);
}
