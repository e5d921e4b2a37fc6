using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Leases;

public sealed partial class LeaseTableTests
{
    private const int All = int.MaxValue;

    private static readonly PlacementAgent A = Agent(1), B = Agent(2), C = Agent(3);

    private readonly ShardMap _map = Lists.Map(1_000, bucket: 50);
    private LeaseTable _table;

    public LeaseTableTests() => _table = new LeaseTable(new RoundId(7), _map, generation: 3);

    [Fact]
    public void Grant_keeps_within_the_window_but_gives_one_shard_at_least()
    {
        Join(A);

        Assert.Single(_table.Grant(A.Id, window: 1));
        Assert.Empty(_table.Grant(A.Id, window: 1));
        _table.Grant(A.Id, window: 200);
        Assert.InRange(_table.LeasedTargets(A.Id), 151, 200);
    }

    [Fact]
    public void Epochs_begin_above_those_of_every_earlier_opening_of_the_store()
    {
        Join(A);

        Assert.All(_table.Grant(A.Id, All), lease => Assert.Equal((3L << 32) + 1, lease.Key.Epoch.Value));
    }

    [Fact]
    public void Join_gives_nothing_before_Divide()
    {
        _table.Join(A);
        Assert.Empty(_table.Grant(A.Id, All));

        _table.Divide();
        Assert.Equal(_map.Shards.Count, _table.Grant(A.Id, All).Count);
    }

    [Fact]
    public void Divide_leaves_leases_where_they_are_and_gives_a_late_joiner_its_part_of_the_rest()
    {
        Join(A);
        var leased = _table.Grant(A.Id, window: 300);
        Join(B);

        var late = _table.Grant(B.Id, All);

        Assert.All(leased, lease => Assert.Equal(ShardPhase.Leased, _table.PhaseOf(lease.Shard.Id)));
        Assert.Empty(late.Select(lease => lease.Shard.Id).Intersect(leased.Select(lease => lease.Shard.Id)));
        // B carries nothing yet, so it may take up to 1.1 x half of all.
        Assert.InRange(_table.LeasedTargets(B.Id), 300, 600);
    }

    [Fact]
    public void Leave_moves_the_agents_shards_alone()
    {
        Join(A, B, C);
        var first = _table.Grant(A.Id, All).Select(lease => lease.Shard.Id).ToHashSet();
        var second = _table.Grant(B.Id, All).Select(lease => lease.Shard.Id).ToHashSet();
        var third = _table.Grant(C.Id, All);
        _table.Leave(C.Id);

        var toFirst = _table.Grant(A.Id, All);
        var toSecond = _table.Grant(B.Id, All);

        Assert.Equal(third.Select(lease => lease.Shard.Id).Order(ById), toFirst.Concat(toSecond).Select(lease => lease.Shard.Id).Order(ById));
        Assert.All(toFirst.Concat(toSecond), lease => Assert.Equal((3L << 32) + 2, lease.Key.Epoch.Value));
        Assert.All(first.Concat(second), shard => Assert.Equal(ShardPhase.Leased, _table.PhaseOf(shard)));
        Assert.NotEmpty(toFirst);
        Assert.NotEmpty(toSecond);
    }

    [Fact]
    public void Shards_that_a_lost_agent_held_come_before_what_waits()
    {
        Join(A, B);
        var held = _table.Grant(A.Id, window: 150).Select(lease => lease.Shard.Id).ToList();
        _table.Grant(B.Id, window: 150);

        Assert.Equal(held.Order(ById), _table.Leave(A.Id).Order(ById));

        var next = _table.Grant(B.Id, All).Select(lease => lease.Shard.Id).ToList();
        Assert.Equal(held.Order(ById), next.Take(held.Count).Order(ById));
        Assert.Equal(next.Count, next.Distinct().Count());
        Assert.True(next.Count > held.Count);
    }

    [Fact]
    public void The_last_agents_shards_wait_for_the_next_one()
    {
        Join(A);
        _table.Grant(A.Id, All);
        _table.Leave(A.Id);
        Join(B);

        Assert.Equal(_map.Shards.Count, _table.Grant(B.Id, All).Count);
    }

    [Fact]
    public void A_lease_that_ran_out_is_good_until_the_shard_is_given_to_another()
    {
        Join(A, B);
        var leases = _table.Grant(A.Id, All);
        _table.Leave(A.Id);

        Assert.True(_table.TryMerge(A.Id, leases[0].Key));
        _table.Grant(B.Id, All);
        Assert.False(_table.TryMerge(A.Id, leases[1].Key));
        Assert.DoesNotContain(_table.Grant(B.Id, All), lease => lease.Shard == leases[0].Shard);
    }

    [Fact]
    public void A_lease_is_nobodys_but_the_agents_it_was_granted_to()
    {
        Join(A, B);
        var lease = _table.Grant(A.Id, All)[0];
        Assert.False(_table.TryMerge(B.Id, lease.Key));
        _table.Leave(A.Id);

        Assert.False(_table.TryMerge(B.Id, lease.Key));
        Assert.Equal([lease.Key], _table.Reconcile(B.Id, [lease.Key]));
        Assert.True(_table.TryMerge(A.Id, lease.Key));
    }

    [Fact]
    public void Retire_leaves_leases_and_takes_what_waits()
    {
        Join(A, B);
        var held = _table.Grant(A.Id, window: 100);
        _table.Retire(A.Id);

        Assert.Empty(_table.Grant(A.Id, All));
        Assert.Equal(_map.Shards.Count - held.Count, _table.Grant(B.Id, All).Count);
        Assert.True(_table.TryMerge(A.Id, held[0].Key));
        Assert.True(_table.Return(A.Id, held[1].Key, LeaseReturnReason.Draining));
        Assert.Equal(held[1].Shard, Assert.Single(_table.Grant(B.Id, All)).Shard);
    }

    [Fact]
    public void Join_after_Retire_takes_shards_again()
    {
        Join(A);
        _table.Retire(A.Id);
        Assert.Empty(_table.Grant(A.Id, All));

        Join(A);
        Assert.Equal(_map.Shards.Count, _table.Grant(A.Id, All).Count);
    }

    [Fact]
    public void Return_of_what_is_not_the_agents_changes_nothing()
    {
        Join(A, B);
        var lease = _table.Grant(A.Id, All)[0];

        Assert.False(_table.Return(B.Id, lease.Key, LeaseReturnReason.Revoked));
        Assert.False(_table.Return(A.Id, lease.Key with { Epoch = new LeaseEpoch(1) }, LeaseReturnReason.Revoked));
        Assert.False(_table.Return(A.Id, lease.Key with { Shard = new ShardId(ulong.MaxValue) }, LeaseReturnReason.Revoked));
        Assert.Equal(ShardPhase.Leased, _table.PhaseOf(lease.Shard.Id));
    }

    [Fact]
    public void A_shard_that_an_engine_cannot_probe_goes_to_an_agent_that_has_not_tried_it()
    {
        Join(A, B, C);
        var lease = _table.Grant(A.Id, All)[0];
        Drain(B);
        Drain(C);

        Assert.True(_table.Return(A.Id, lease.Key, LeaseReturnReason.EngineFailed));
        var (second, again) = GrantedTo(B, C);
        Assert.True(_table.Return(second, again.Key, LeaseReturnReason.EngineFailed));
        var (third, _) = GrantedTo(B, C);

        Assert.Equal(lease.Shard, again.Shard);
        Assert.NotEqual(second, third);
        Assert.Empty(_table.Grant(A.Id, All));
    }

    [Theory]
    [InlineData(LeaseReturnReason.EngineFailed)]
    [InlineData(LeaseReturnReason.ContentMissing)]
    public void A_shard_that_nobody_can_probe_is_abandoned_after_five_tries(LeaseReturnReason reason)
    {
        Join(A);
        var shard = _table.Grant(A.Id, All)[0];
        for (var lease = shard; _table.PhaseOf(shard.Shard.Id) != ShardPhase.Abandoned; lease = Assert.Single(_table.Grant(A.Id, All)))
        {
            Assert.InRange(lease.Key.Epoch.Value - (3L << 32), 1, 5);
            Assert.True(_table.Return(A.Id, lease.Key, reason));
            if (lease.Key.Epoch.Value - (3L << 32) == 5)
            {
                break;
            }
        }

        Assert.Equal(ShardPhase.Abandoned, _table.PhaseOf(shard.Shard.Id));
        Assert.Equal(_map.Shards.Count - 1, _table.Open);
        Assert.Equal(1_000, _table.UnfinishedTargets);
        Assert.Empty(_table.Grant(A.Id, All));
    }

    [Fact]
    public void Reconcile_keeps_what_both_sides_know()
    {
        Join(A);
        var leases = _table.Grant(A.Id, All);

        Assert.Empty(_table.Reconcile(A.Id, [.. leases.Select(lease => lease.Key)]));
        Assert.Empty(_table.Grant(A.Id, All));
    }

    [Fact]
    public void Reconcile_grants_again_what_never_reached_the_agent()
    {
        Join(A);
        var leases = _table.Grant(A.Id, All);

        Assert.Empty(_table.Reconcile(A.Id, [.. leases.Skip(2).Select(lease => lease.Key)]));

        var again = _table.Grant(A.Id, All);
        Assert.Equal(leases.Take(2).Select(lease => lease.Shard.Id).Order(ById), again.Select(lease => lease.Shard.Id).Order(ById));
        Assert.All(again, lease => Assert.Equal((3L << 32) + 2, lease.Key.Epoch.Value));
    }

    [Fact]
    public void Reconcile_names_what_is_held_without_right()
    {
        Join(A, B);
        var lost = _table.Grant(A.Id, window: 100);
        _table.Leave(A.Id);
        _table.Grant(B.Id, All);
        Join(A);
        var stray = new LeaseKey(new RoundId(7), new ShardId(ulong.MaxValue), new LeaseEpoch(1));

        Assert.Equal([.. lost.Select(lease => lease.Key), stray], _table.Reconcile(A.Id, [.. lost.Select(lease => lease.Key), stray]));
        Assert.Equal([lost[0].Key], _table.Reconcile(C.Id, [lost[0].Key]));
    }

    [Fact]
    public void Reconcile_gives_a_lost_agent_back_what_nobody_else_got_meanwhile()
    {
        Join(A);
        var leases = _table.Grant(A.Id, window: 200);
        _table.Leave(A.Id);
        Join(A);

        Assert.Empty(_table.Reconcile(A.Id, [.. leases.Select(lease => lease.Key)]));
        Assert.Equal(leases.Sum(lease => lease.Shard.TargetCount), _table.LeasedTargets(A.Id));
        Assert.Equal(_map.Shards.Count - leases.Count, _table.Grant(A.Id, All).Count);
    }

    [Fact]
    public void Reconcile_does_not_name_a_shard_that_is_held_anew_for_its_earlier_lease()
    {
        Join(A);
        var first = _table.Grant(A.Id, All)[0];
        Assert.True(_table.Return(A.Id, first.Key, LeaseReturnReason.Revoked));
        var second = Assert.Single(_table.Grant(A.Id, All));

        Assert.Empty(_table.Reconcile(A.Id, [first.Key, second.Key]));

        Assert.True(_table.TryMerge(A.Id, second.Key));
    }

    [Fact]
    public void Reconcile_gives_no_agent_what_another_holds()
    {
        Join(A, B);
        var lease = _table.Grant(A.Id, All)[0];

        Assert.Equal([lease.Key], _table.Reconcile(B.Id, [lease.Key]));

        Assert.True(_table.Return(A.Id, lease.Key, LeaseReturnReason.Revoked));
    }

    [Fact]
    public void TakeOver_gives_idle_agents_what_is_not_leased_yet()
    {
        Join(A, B);
        Finish(B);
        _table.Grant(A.Id, window: 100);

        Assert.Empty(_table.TakeOver());

        Assert.NotEmpty(_table.Grant(B.Id, All));
        Assert.NotEmpty(_table.Grant(A.Id, All));
    }

    [Fact]
    public void TakeOver_asks_back_the_later_half_of_what_is_leased_and_each_shard_once()
    {
        Join(A, B);
        Finish(B);
        var leases = _table.Grant(A.Id, All);

        var asked = Assert.Single(_table.TakeOver());
        var askedNext = Assert.Single(_table.TakeOver());

        Assert.Equal((A.Id, B.Id), (asked.From, asked.To));
        Assert.Equal(leases.Skip(leases.Count / 2).Select(lease => lease.Shard.Id), asked.Shards);
        Assert.Empty(asked.Shards.Intersect(askedNext.Shards));
    }

    [Fact]
    public void TakeOver_gives_what_comes_back_to_whom_it_was_asked_for()
    {
        Join(A, B, C);
        Finish(B);
        var leases = _table.Grant(A.Id, All).Concat(_table.Grant(C.Id, All)).ToDictionary(lease => lease.Shard.Id);
        var asked = Assert.Single(_table.TakeOver());

        foreach (var shard in asked.Shards)
        {
            Assert.True(_table.Return(asked.From, leases[shard].Key, LeaseReturnReason.Revoked));
        }

        Assert.Equal(asked.Shards.Order(ById), _table.Grant(B.Id, All).Select(lease => lease.Shard.Id).Order(ById));
    }

    [Fact]
    public void TakeOver_does_not_give_a_shard_to_an_agent_that_failed_it()
    {
        Join(A, B);
        foreach (var lease in _table.Grant(A.Id, All))
        {
            Assert.True(_table.Return(A.Id, lease.Key, LeaseReturnReason.EngineFailed));
        }

        for (var tick = 0; tick < 10; tick++)
        {
            _table.TakeOver();
            foreach (var lease in _table.Grant(A.Id, All))
            {
                Assert.True(_table.Return(A.Id, lease.Key, LeaseReturnReason.EngineFailed));
            }
        }

        Assert.Equal(_map.Shards.Count, _table.Open);
        Assert.Equal(_map.Shards.Count, _table.Grant(B.Id, All).Count);
    }

    private static PlacementAgent Agent(int number) => new(new AgentId(new Guid(number, 0, 0, new byte[8])), 1_000);

    private static readonly Comparer<ShardId> ById = Comparer<ShardId>.Create((left, right) => left.Value.CompareTo(right.Value));

    private void Restart() => _table = new LeaseTable(new RoundId(7), _map, generation: 4, isResumed: true);

    private void Join(params PlacementAgent[] agents)
    {
        foreach (var agent in agents)
        {
            _table.Join(agent);
        }

        _table.Divide();
    }

    // Leases everything that waits for the agent, so that a later grant shows only what came later.
    private void Drain(PlacementAgent agent) => _table.Grant(agent.Id, All);

    private void Finish(PlacementAgent agent)
    {
        foreach (var lease in _table.Grant(agent.Id, All))
        {
            Assert.True(_table.TryMerge(agent.Id, lease.Key));
            _table.MarkDone(lease.Shard.Id);
        }
    }

    private (AgentId Agent, Lease Lease) GrantedTo(params PlacementAgent[] agents) =>
        Assert.Single(agents.SelectMany(agent => _table.Grant(agent.Id, All).Select(lease => (agent.Id, lease))));
}
