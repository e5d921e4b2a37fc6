using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <summary>
/// Shards that wait for one engine. Rounds take turns: the next shards are of the round of which the fewest pings were begun since it came, so each has an equal
/// part of the engine's rate for as long as it can use it. Within a round the oldest grant is first. Under the lock of its table.
/// </summary>
internal sealed class ShardQueue
{
    private readonly Dictionary<RoundId, RoundTurn> _rounds = [];

    public int ReadyTargets { get; private set; }

    public int Count { get; private set; }

    public void Enqueue(HeldShard shard)
    {
        var round = shard.Lease.Round;
        if (!_rounds.TryGetValue(round, out var turn))
        {
            // Level with the one that is next: what the others had before it came is no debt to it.
            turn = new RoundTurn { Begun = _rounds.Values.Select(other => other.Begun).DefaultIfEmpty().Min() };
            _rounds.Add(round, turn);
        }

        shard.Place = turn.Shards.AddLast(shard);
        ReadyTargets += shard.Assignment.Targets.Length;
        Count++;
    }

    public void Remove(HeldShard shard)
    {
        var turn = _rounds[shard.Lease.Round];
        turn.Shards.Remove(shard.Place!);
        shard.Place = null;
        ReadyTargets -= shard.Assignment.Targets.Length;
        Count--;
        if (turn.Shards.Count == 0)
        {
            _rounds.Remove(shard.Lease.Round);
        }
    }

    /// <summary>The oldest shards of the round whose turn it is, with one probe and at most so many targets; at least one if there is any.</summary>
    public List<HeldShard> Take(int maxTargets)
    {
        var taken = new List<HeldShard>();
        if (_rounds.Count == 0)
        {
            return taken;
        }

        var turn = _rounds.Values.MinBy(round => round.Begun)!;
        for (var targets = 0; turn.Shards.First?.Value is { } next; taken.Add(next))
        {
            targets += next.Assignment.Targets.Length;
            if (taken.Count > 0 && (targets > maxTargets || next.Assignment.Probe != taken[0].Assignment.Probe))
            {
                break;
            }

            turn.Begun += (long)next.Assignment.Targets.Length * next.Assignment.Probe.Count;
            Remove(next);
        }

        return taken;
    }

    private sealed class RoundTurn
    {
        public LinkedList<HeldShard> Shards { get; } = [];

        /// <summary>Pings of the shards taken, and what the others were ahead when it came.</summary>
        public long Begun { get; set; }
    }
}
