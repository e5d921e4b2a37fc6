namespace FpingCluster.Agent.Assignments;

/// <summary>Shards that wait for one engine, in the order of their grants. Under the lock of its table.</summary>
internal sealed class ShardQueue
{
    private readonly LinkedList<HeldShard> _shards = [];

    public int ReadyTargets { get; private set; }

    public int Count => _shards.Count;

    public void Enqueue(HeldShard shard)
    {
        shard.Place = _shards.AddLast(shard);
        ReadyTargets += shard.Assignment.Targets.Length;
    }

    public void Remove(HeldShard shard)
    {
        _shards.Remove(shard.Place!);
        shard.Place = null;
        ReadyTargets -= shard.Assignment.Targets.Length;
    }

    /// <summary>The oldest shards with one probe and at most so many targets; at least one if there is any.</summary>
    public List<HeldShard> Take(int maxTargets)
    {
        var taken = new List<HeldShard>();
        var targets = 0;
        while (_shards.First?.Value is { } next)
        {
            targets += next.Assignment.Targets.Length;
            if (taken.Count > 0 && (targets > maxTargets || next.Assignment.Probe != taken[0].Assignment.Probe))
            {
                break;
            }

            Remove(next);
            taken.Add(next);
        }

        return taken;
    }
}
