using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Leases;

/// <summary>
/// A plain account of who holds which shard, kept beside a <see cref="LeaseTable"/>: every operation is done to both and what the table answers is compared.
/// Agents here forget nothing, so they send batches of leases long lost, too, and claim them from a coordinator that was restarted.
/// </summary>
internal sealed class LeaseModel
{
    private static readonly RoundId Round = new(1);

    private readonly ShardMap _map;
    private readonly ShardModel[] _shards;
    private readonly HashSet<AgentId> _joined = [];
    private readonly HashSet<AgentId> _taking = [];
    private readonly List<(AgentId Agent, LeaseKey Key)> _everGranted = [];
    private int _generation = 1;

    public LeaseModel(ShardMap map)
    {
        _map = map;
        _shards = [.. map.Shards.Select(shard => new ShardModel(shard.TargetCount))];
        Table = new LeaseTable(Round, map, _generation);
    }

    public LeaseTable Table { get; private set; }

    public void Do(LeaseStep step)
    {
        var agent = Agent(step.Agent);
        switch (step.Operation)
        {
            case LeaseOperation.Join:
                Join(agent);
                break;
            case LeaseOperation.Leave:
                Leave(agent.Id);
                break;
            case LeaseOperation.Retire:
                Table.Retire(agent.Id);
                _taking.Remove(agent.Id);
                break;
            case LeaseOperation.Divide:
                Table.Divide();
                break;
            case LeaseOperation.Grant:
                Grant(agent.Id, window: step.Pick);
                break;
            case LeaseOperation.Merge:
                Merge(AnyGranted(step).Agent, Any(step));
                break;
            case LeaseOperation.Steal:
                Merge(agent.Id, Any(step));
                break;
            case LeaseOperation.Commit:
                Commit(step.Pick % _shards.Length);
                break;
            case LeaseOperation.ReturnRevoked:
                Return(Any(step), LeaseReturnReason.Revoked);
                break;
            case LeaseOperation.ReturnFailed:
                Return(Any(step), LeaseReturnReason.EngineFailed);
                break;
            case LeaseOperation.Reconcile:
                Reconcile(agent.Id, lostOneIn: 2 + step.Pick % 5);
                break;
            case LeaseOperation.TakeOver:
                TakeOver(answer: false);
                break;
            case LeaseOperation.Restart:
                Restart();
                break;
        }

        CheckSums();
    }

    /// <summary>However things stand, one willing agent and others that drain, but give nothing back unasked, bring the round to its end.</summary>
    public void Finish()
    {
        foreach (var agent in _joined.ToList())
        {
            Reconcile(agent, lostOneIn: 3);
            Table.Retire(agent);
            _taking.Remove(agent);
        }

        var worker = Agent(99);
        Join(worker);
        Table.Divide();
        for (var tick = 0; !Table.IsFinished; tick++)
        {
            Assert.True(tick < 1_000, $"{Table.Open} shards are still open");
            TakeOver(answer: true);
            Grant(worker.Id, window: 100);
            foreach (var key in _everGranted.Where(granted => granted.Agent == worker.Id).Select(granted => granted.Key).ToList())
            {
                Merge(worker.Id, key);
            }

            for (var shard = 0; shard < _shards.Length; shard++)
            {
                Commit(shard);
            }
        }

        CheckSums();
        Assert.All(_shards, shard => Assert.True(shard.IsDone || shard.IsAbandoned));
    }

    private static PlacementAgent Agent(int number) => new(new AgentId(new Guid(number, 0, 0, new byte[8])), 1_000 * (number % 3 + 1));

    private LeaseKey Any(LeaseStep step) => AnyGranted(step).Key;

    // None was granted yet: a lease that nobody ever had.
    private (AgentId Agent, LeaseKey Key) AnyGranted(LeaseStep step) =>
        _everGranted.Count > 0 ? _everGranted[step.Pick % _everGranted.Count] : (Agent(1).Id, new LeaseKey(Round, _map.Shards[0].Id, new LeaseEpoch(0)));

    private ShardModel Of(LeaseKey key) => _shards[_map.IndexOf(key.Shard)];

    private void Join(PlacementAgent agent)
    {
        Table.Join(agent);
        _joined.Add(agent.Id);
        _taking.Add(agent.Id);
    }

    private void Leave(AgentId agent)
    {
        Table.Leave(agent);
        _joined.Remove(agent);
        _taking.Remove(agent);
        foreach (var shard in _shards.Where(shard => shard.Holder == agent))
        {
            shard.Holder = null;
        }
    }

    private void Grant(AgentId agent, int window)
    {
        var granted = Table.Grant(agent, window);
        Assert.True(granted.Count == 0 || _taking.Contains(agent), "a lease for an agent that takes none");
        foreach (var lease in granted)
        {
            var shard = Of(lease.Key);
            Assert.True(shard.Holder is null && !shard.IsAccepted && !shard.IsAbandoned, $"{lease.Key} was not free");
            Assert.True(lease.Key.Epoch.Value > shard.Epoch.Value, $"{lease.Key} after {shard.Epoch}");
            (shard.Holder, shard.Grantee, shard.Epoch) = (agent, agent, lease.Key.Epoch);
            _everGranted.Add((agent, lease.Key));
        }
    }

    private void Merge(AgentId agent, LeaseKey key)
    {
        var shard = Of(key);
        var expected = key.Epoch == shard.Epoch && agent == shard.Grantee && !shard.IsAccepted && !shard.IsAbandoned;
        Assert.Equal(expected, Table.TryMerge(agent, key));
        if (expected)
        {
            (shard.IsAccepted, shard.Holder) = (true, null);
        }
    }

    private void Commit(int index)
    {
        if (_shards[index].IsAccepted)
        {
            Table.MarkDone(_map.Shards[index].Id);
            _shards[index].IsDone = true;
        }
    }

    private void Return(LeaseKey key, LeaseReturnReason reason)
    {
        var shard = Of(key);
        foreach (var agent in _everGranted.Where(granted => granted.Key == key).Select(granted => granted.Agent).Distinct())
        {
            var expected = shard.Holder == agent && shard.Epoch == key.Epoch;
            Assert.Equal(expected, Table.Return(agent, key, reason));
            if (expected)
            {
                shard.Holder = null;
                shard.Failures += reason == LeaseReturnReason.EngineFailed ? 1 : 0;
                shard.IsAbandoned = shard.Failures == 5;
            }
        }
    }

    private void Reconcile(AgentId agent, int lostOneIn)
    {
        var held = _everGranted.Where(granted => granted.Agent == agent).Select(granted => granted.Key).Where((_, i) => i % lostOneIn != 0).ToList();
        var kept = held.Where(key => MayKeep(agent, key)).GroupBy(key => key.Shard).Select(claims => claims.MaxBy(key => key.Epoch.Value)).ToList();
        var keptShards = kept.Select(key => key.Shard).ToHashSet();

        Assert.Equal(held.Where(key => !keptShards.Contains(key.Shard)), Table.Reconcile(agent, held));

        foreach (var shard in _shards.Where(shard => shard.Holder == agent))
        {
            shard.Holder = null;
        }

        foreach (var key in kept)
        {
            (Of(key).Holder, Of(key).Grantee, Of(key).Epoch) = (agent, agent, key.Epoch);
        }
    }

    // What this coordinator leased it last, or what a former one leased if this one has not leased or given it to anybody.
    private bool MayKeep(AgentId agent, LeaseKey key)
    {
        var shard = Of(key);
        var isFree = !shard.IsAccepted && !shard.IsAbandoned && (shard.Holder is null || shard.Holder == agent);
        return _joined.Contains(agent) && isFree && ((shard.Epoch == key.Epoch && shard.Grantee == agent) || (shard.Epoch.Value == 0 && key.Epoch.Value >> 32 < _generation));
    }

    // The coordinator is killed and started again: it knows what is durable, and nobody.
    private void Restart()
    {
        Table = new LeaseTable(Round, _map, ++_generation, isResumed: true);
        _joined.Clear();
        _taking.Clear();
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new ShardModel(_shards[i].Targets) { IsAccepted = _shards[i].IsDone, IsDone = _shards[i].IsDone };
            if (_shards[i].IsDone)
            {
                Table.MarkDone(_map.Shards[i].Id);
            }
        }
    }

    private void TakeOver(bool answer)
    {
        foreach (var request in Table.TakeOver())
        {
            Assert.Contains(request.To, _taking);
            Assert.NotEqual(request.From, request.To);
            Assert.Equal(request.Shards.Distinct(), request.Shards);
            foreach (var shard in request.Shards.Select(id => (Id: id, Model: _shards[_map.IndexOf(id)])))
            {
                Assert.Equal(request.From, shard.Model.Holder);
                if (answer)
                {
                    Return(new LeaseKey(Round, shard.Id, shard.Model.Epoch), LeaseReturnReason.Revoked);
                }
            }
        }
    }

    private void CheckSums()
    {
        Assert.Equal(_shards.Count(shard => !shard.IsDone && !shard.IsAbandoned), Table.Open);
        Assert.Equal(_shards.Where(shard => !shard.IsDone).Sum(shard => shard.Targets), Table.UnfinishedTargets);
        foreach (var agent in _joined)
        {
            Assert.Equal(_shards.Where(shard => shard.Holder == agent).Sum(shard => shard.Targets), Table.LeasedTargets(agent));
        }

        // What is placed is neither more than what waits, nor less while there is somebody to place it with.
        var pending = _shards.Where(shard => shard.Holder is null && !shard.IsAccepted && !shard.IsAbandoned).Sum(shard => shard.Targets);
        Assert.InRange(_joined.Sum(Table.PendingTargets), 0, pending);
        Assert.All(_joined.Except(_taking), agent => Assert.Equal(0, Table.PendingTargets(agent)));
    }

    private sealed class ShardModel(int targets)
    {
        public int Targets => targets;

        public AgentId? Holder { get; set; }

        public LeaseEpoch Epoch { get; set; }

        public AgentId? Grantee { get; set; }

        public int Failures { get; set; }

        public bool IsAccepted { get; set; }

        public bool IsDone { get; set; }

        public bool IsAbandoned { get; set; }
    }
}
