using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Leases;

/// <summary>
/// Who probes which shard of one round. Owned by one caller; knows neither clock nor network. Every shard ends as done, or as abandoned or
/// unfinished, which both mean unknown.
/// </summary>
internal sealed partial class LeaseTable
{
    // An agent that cannot probe a shard says so at once; without an end it would be passed round for ever.
    private const int MaxFailures = 5;

    private readonly RoundId _round;
    private readonly ShardMap _map;
    private readonly long _epochBase;
    private readonly long _formerEpochsBegin;
    private readonly long _formerEpochsEnd;
    private readonly LeaseEntry[] _shards;
    private readonly Dictionary<AgentId, AgentLedger> _agents = [];
    private bool _isDivided;

    /// <param name="generation">Of the store: epochs of a coordinator begin above those of its predecessor.</param>
    /// <param name="isResumed">A former coordinator leased shards of this round, and agents may still hold them.</param>
    /// <param name="firstGeneration">Of the store: coordinators of lower generations had another one, whose rounds had the same numbers.</param>
    public LeaseTable(RoundId round, ShardMap map, int generation, bool isResumed = false, int firstGeneration = 0)
    {
        (_round, _map, _epochBase) = (round, map, (long)generation << 32);
        (_formerEpochsBegin, _formerEpochsEnd) = isResumed ? ((long)firstGeneration << 32, _epochBase) : (0, 0);
        _shards = [.. map.Shards.Select((shard, index) => new LeaseEntry(index, shard.TargetCount))];
        Open = _shards.Length;
    }

    /// <summary>Shards that are neither done nor abandoned.</summary>
    public int Open { get; private set; }

    public bool IsFinished => Open == 0;

    public ShardPhase PhaseOf(ShardId shard) => _shards[_map.IndexOf(shard)].Phase;

    /// <summary>Targets without a durable result.</summary>
    public int UnfinishedTargets => _shards.Sum(shard => shard.Phase == ShardPhase.Done ? 0 : shard.Targets);

    public bool Knows(AgentId agent) => _agents.ContainsKey(agent);

    public int LeasedTargets(AgentId agent) => _agents.TryGetValue(agent, out var ledger) ? ledger.LeasedTargets : 0;

    public int PendingTargets(AgentId agent) => _agents.TryGetValue(agent, out var ledger) ? ledger.PendingTargets : 0;

    /// <summary>Brings an agent in, or back after <see cref="Retire"/>. It has its part after <see cref="Divide"/>.</summary>
    public void Join(PlacementAgent agent)
    {
        if (!_agents.TryGetValue(agent.Id, out var ledger))
        {
            ledger = new AgentLedger(agent);
            _agents.Add(agent.Id, ledger);
        }
        else if (ledger.TakesShards)
        {
            return;
        }

        ledger.TakesShards = true;
        _isDivided = false;
    }

    /// <summary>
    /// Divides what is not leased among all anew if agents joined since; leases stay where they are. Not a part of <see cref="Join"/>, because it
    /// weighs every shard for every agent, and a whole cluster joins at once.
    /// </summary>
    public void Divide()
    {
        if (_isDivided)
        {
            return;
        }

        _isDivided = true;
        foreach (var ledger in _agents.Values)
        {
            ledger.Pending.Clear();
        }

        Place([.. _shards.Where(shard => shard.Phase == ShardPhase.Pending)]);
    }

    /// <summary>
    /// An agent is lost: its shards, and only they, go to the others. Those that it held come before what waits there: they have waited longest.
    /// </summary>
    /// <returns>The shards that it held.</returns>
    public IReadOnlyList<ShardId> Leave(AgentId agent)
    {
        if (!_agents.Remove(agent, out var ledger))
        {
            return [];
        }

        var held = _shards.Where(shard => ledger.Owns(shard, ShardPhase.Leased)).ToList();
        Place([.. _shards.Where(shard => shard.Agent == ledger)]);
        foreach (var part in held.Where(shard => shard.Agent is not null).GroupBy(shard => shard.Agent!))
        {
            part.Key.PutFirst(part);
        }

        return held.ConvertAll(shard => _map.Shards[shard.Index].Id);
    }

    /// <summary>An agent drains: what it has not been leased goes to the others, what it holds it finishes or returns.</summary>
    public void Retire(AgentId agent)
    {
        if (_agents.TryGetValue(agent, out var ledger))
        {
            ledger.TakesShards = false;
            Place([.. _shards.Where(shard => ledger.Owns(shard, ShardPhase.Pending))]);
        }
    }

    /// <summary>Leases an agent its next shards, up to <paramref name="window"/> targets in its hands; one shard at least when it has none.</summary>
    public IReadOnlyList<Lease> Grant(AgentId agent, int window)
    {
        var granted = new List<Lease>();
        if (!_agents.TryGetValue(agent, out var ledger))
        {
            return granted;
        }

        while (ledger.Pending.TryPeek(out var shard))
        {
            if (!ledger.Owns(shard, ShardPhase.Pending))
            {
                ledger.Pending.Dequeue();
                continue;
            }

            if (ledger.LeasedTargets > 0 && ledger.LeasedTargets + shard.Targets > window)
            {
                break;
            }

            ledger.Pending.Dequeue();
            shard.Grant(agent, new LeaseEpoch(Math.Max(shard.Epoch.Value, _epochBase) + 1));
            Move(shard, ShardPhase.Leased, ledger);
            granted.Add(new Lease(KeyOf(shard), _map.Shards[shard.Index]));
        }

        return granted;
    }

    /// <summary>Merges a batch of this agent if the fence lets it through.</summary>
    public bool TryMerge(AgentId agent, LeaseKey key)
    {
        if (Find(key.Shard) is not { } shard || !shard.Admits(agent, key.Epoch))
        {
            return false;
        }

        Move(shard, ShardPhase.Merged, agent: null);
        return true;
    }

    /// <summary>The merged result is durable.</summary>
    public void MarkDone(ShardId shard)
    {
        if (Find(shard) is { Phase: not (ShardPhase.Done or ShardPhase.Abandoned) } found)
        {
            Move(found, ShardPhase.Done, agent: null);
        }
    }

    /// <summary>An agent gives a lease back. False when it was not its lease any more.</summary>
    public bool Return(AgentId agent, LeaseKey key, LeaseReturnReason reason)
    {
        if (Find(key.Shard) is not { Phase: ShardPhase.Leased } shard || shard.Agent?.Id != agent || shard.Epoch != key.Epoch)
        {
            return false;
        }

        if (reason is LeaseReturnReason.EngineFailed or LeaseReturnReason.ContentMissing)
        {
            shard.FailedBy.Add(agent);
        }

        if (shard.FailedBy.Count >= MaxFailures)
        {
            Move(shard, ShardPhase.Abandoned, agent: null);
        }
        else if (shard.PromisedTo is { } heir && _agents.TryGetValue(heir, out var ledger) && ledger.TakesShards)
        {
            Enqueue(shard, ledger);
        }
        else
        {
            Place([shard]);
        }

        return true;
    }

    /// <summary>
    /// Gives idle agents work that others have not begun: at once what is not leased yet, and as requests to give back what is.
    /// </summary>
    public IReadOnlyList<Takeover> TakeOver()
    {
        var requests = new List<Takeover>();
        // As things stand at the begin: what one idle agent has just got is not passed on to the next, nor back.
        var busy = _agents.Values.Where(ledger => !ledger.IsIdle).ToList();
        foreach (var idle in _agents.Values.Where(ledger => ledger.TakesShards).Except(busy).ToList())
        {
            var busiest = busy.MaxBy(ledger => (ledger.PendingTargets, ledger.LeasedTargets));
            if (busiest is { PendingTargets: > 0 })
            {
                foreach (var shard in busiest.YieldPending(idle.Id))
                {
                    Enqueue(shard, idle);
                }
            }
            else if (busiest?.YieldLeased(idle.Id) is { Count: > 0 } shards)
            {
                foreach (var shard in shards)
                {
                    shard.PromisedTo = idle.Id;
                }

                requests.Add(new Takeover(busiest.Id, idle.Id, [.. shards.Select(shard => _map.Shards[shard.Index].Id)]));
            }
        }

        return requests;
    }

    private LeaseEntry? Find(ShardId shard) => _map.IndexOf(shard) is >= 0 and var index ? _shards[index] : null;

    private LeaseKey KeyOf(LeaseEntry shard) => new(_round, _map.Shards[shard.Index].Id, shard.Epoch);

    private void Place(IReadOnlyList<LeaseEntry> shards)
    {
        foreach (var shard in shards)
        {
            Move(shard, ShardPhase.Pending, agent: null);
        }

        var agents = _agents.Values.Where(ledger => ledger.TakesShards).OrderBy(ledger => ledger.Id.Value).ToList();
        if (agents.Count == 0)
        {
            return;
        }

        Place([.. shards.Where(shard => shard.FailedBy.Count == 0)], agents);
        foreach (var shard in shards.Where(shard => shard.FailedBy.Count > 0))
        {
            var others = agents.Where(ledger => !shard.FailedBy.Contains(ledger.Id)).ToList();
            Place([shard], others.Count > 0 ? others : agents);
        }
    }

    private void Place(IReadOnlyList<LeaseEntry> shards, IReadOnlyList<AgentLedger> agents)
    {
        var carried = agents.ToDictionary(ledger => ledger.Id, ledger => ledger.LeasedTargets + ledger.PendingTargets);
        var placed = Placement.Place([.. shards.Select(shard => _map.Shards[shard.Index])], [.. agents.Select(ledger => ledger.Agent)], carried);
        for (var i = 0; i < shards.Count; i++)
        {
            Enqueue(shards[i], _agents[placed[i]]);
        }
    }

    private void Enqueue(LeaseEntry shard, AgentLedger ledger)
    {
        Move(shard, ShardPhase.Pending, ledger);
        ledger.Pending.Enqueue(shard);
    }

    // The one place where a shard changes hands or phase, so that the sums of the ledgers are always right.
    private void Move(LeaseEntry shard, ShardPhase phase, AgentLedger? agent)
    {
        Count(shard, -shard.Targets);
        Open -= phase is ShardPhase.Done or ShardPhase.Abandoned ? 1 : 0;
        (shard.Phase, shard.Agent, shard.PromisedTo) = (phase, agent, null);
        Count(shard, shard.Targets);
        if (phase == ShardPhase.Leased)
        {
            agent!.Leased.Add(shard);
        }
    }

    private static void Count(LeaseEntry shard, int targets)
    {
        if (shard.Agent is { } ledger)
        {
            ledger.PendingTargets += shard.Phase == ShardPhase.Pending ? targets : 0;
            ledger.LeasedTargets += shard.Phase == ShardPhase.Leased ? targets : 0;
        }
    }
}
