using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Assignments;

public class AssignmentTableTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly IntakeGate _gate = new();
    private readonly AssignmentTable _table;

    public AssignmentTableTests() => _table = new AssignmentTable([EngineKind.Simulated], _gate, _time);

    [Fact]
    public void Take_gives_shards_in_the_order_of_their_grants_up_to_the_targets_wanted()
    {
        Grant(Granted(5), Granted(3), Granted(9));

        Assert.Equal([Lease(5), Lease(3)], Take(6));
        Assert.Equal([Lease(9)], Take(6));
        Assert.Empty(Take(6));
    }

    [Fact]
    public void Take_gives_one_shard_even_when_it_is_larger_than_wanted()
    {
        Grant(Granted(1, targets: 10), Granted(2));

        Assert.Equal([Lease(1)], Take(4));
    }

    [Fact]
    public void Take_never_mixes_probes()
    {
        Grant(Granted(1));
        _table.StartRound(Named(8, TwoPings with { Count = 1 }, job: "other"));
        Assert.Empty(_table.Grant(new RoundId(8), [Granted(1)]));
        Assert.Empty(_table.Grant(Round, [Granted(2)]));

        Assert.Equal([Lease(1), Lease(2)], Take(100));
        Assert.Equal([Lease(1, round: 8)], Take(100));
    }

    [Fact]
    public void Rounds_take_turns_by_the_pings_begun()
    {
        Grant(Granted(1), Granted(2), Granted(3));
        _table.StartRound(Named(8, TwoPings with { Count = 1 }, job: "other"));
        Assert.Empty(_table.Grant(new RoundId(8), [Granted(1), Granted(2), Granted(3), Granted(4)]));

        var order = Enumerable.Range(0, 7).Select(_ => Assert.Single(Take(3)));

        Assert.Equal(
            [Lease(1), Lease(1, round: 8), Lease(2, round: 8), Lease(2), Lease(3, round: 8), Lease(4, round: 8), Lease(3)],
            order);
    }

    [Fact]
    public void Round_that_comes_late_has_no_claim_to_what_the_others_had_before()
    {
        Grant([.. Enumerable.Range(1, 9).Select(shard => Granted((ulong)shard))]);
        Take(4 * 3);
        _table.StartRound(Named(8, job: "other"));
        Assert.Empty(_table.Grant(new RoundId(8), [Granted(1), Granted(2), Granted(3)]));

        Assert.Equal([7L, 8, 7, 8], Enumerable.Range(0, 4).Select(_ => Assert.Single(Take(3)).Round.Value));
    }

    [Fact]
    public async Task Source_waits_for_a_grant()
    {
        var take = _table.SourceFor(EngineKind.Simulated).TakeAsync(100, default).AsTask();
        Assert.False(take.IsCompleted);

        Grant(Granted(1));

        Assert.Single(await take.WaitAsync(Patience));
    }

    [Fact]
    public async Task Source_waits_while_the_gate_is_closed()
    {
        Grant(Granted(1));
        _gate.Set(false);
        var source = _table.SourceFor(EngineKind.Simulated);
        var take = source.TakeAsync(100, default).AsTask();
        Assert.False(take.IsCompleted);
        Assert.Equal(0, source.ReadyTargets);

        _gate.Set(true);

        Assert.Single(await take.WaitAsync(Patience));
    }

    [Fact]
    public async Task Source_that_waits_ends_at_a_drain_even_behind_a_closed_gate()
    {
        _gate.Set(false);
        var take = _table.SourceFor(EngineKind.Simulated).TakeAsync(100, default).AsTask();

        _table.Drain();

        Assert.Empty(await take.WaitAsync(Patience));
    }

    [Fact]
    public void Revoke_returns_what_is_queued_and_leaves_what_is_begun()
    {
        Grant(Granted(1), Granted(2));
        Take(3);

        var outcome = _table.Revoke(Round, [], cancel: false);

        Assert.Equal([Lease(2)], outcome.Returned);
        Assert.Empty(outcome.Cancelled);
        Assert.True(_table.TryReport(Lease(1), out _));
    }

    [Fact]
    public void Revoke_with_cancel_makes_a_begun_shards_result_worthless()
    {
        Grant(Granted(1), Granted(2));
        Take(3);

        var outcome = _table.Revoke(Round, [new ShardId(1)], cancel: true);

        Assert.Equal([Lease(1)], outcome.Cancelled);
        Assert.False(_table.TryReport(Lease(1), out _));
        Assert.Equal([Lease(2)], _table.Held());
    }

    [Fact]
    public void Grant_of_a_higher_epoch_supersedes_the_lease_and_the_same_or_a_lower_one_is_ignored()
    {
        Grant(Granted(1, epoch: 5));
        Take(3);
        Assert.Empty(_table.Grant(Round, [Granted(1, epoch: 5), Granted(1, epoch: 4)]));
        Assert.Equal([Lease(1, epoch: 5)], _table.Held());

        Assert.Empty(_table.Grant(Round, [Granted(1, epoch: 6)]));

        Assert.False(_table.TryReport(Lease(1, epoch: 5), out _));
        Assert.Equal([Lease(1, epoch: 6)], Take(3));
        Assert.True(_table.TryReport(Lease(1, epoch: 6), out _));
    }

    [Fact]
    public void Report_counts_once_and_the_lease_is_held_until_its_result_is_kept()
    {
        Grant(Granted(1));
        Take(3);

        Assert.True(_table.TryReport(Lease(1), out var content));
        Assert.Equal(new ShardContentHash(1), content);
        Assert.False(_table.TryReport(Lease(1), out _));
        Assert.Equal([Lease(1)], _table.Held());

        Assert.True(_table.Remove(Lease(1)));
        Assert.True(_table.IsEmpty);
    }

    [Fact]
    public void Report_of_a_shard_not_begun_does_not_count()
    {
        Grant(Granted(1));

        Assert.False(_table.TryReport(Lease(1), out _));
    }

    [Fact]
    public void Queued_shards_are_dropped_in_silence_when_their_round_is_over_and_begun_ones_go_on()
    {
        _table.StartRound(Named(deadline: TimeSpan.FromSeconds(60).Ticks));
        Assert.Empty(_table.Grant(Round, [Granted(1), Granted(2)]));
        Take(3);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(Take(100));
        Assert.Equal([Lease(1)], _table.Held());
        Assert.True(_table.TryReport(Lease(1), out _));
    }

    [Fact]
    public void Deadline_does_not_follow_the_wall_clock()
    {
        _table.StartRound(Named(deadline: TimeSpan.FromSeconds(60).Ticks));
        Assert.Empty(_table.Grant(Round, [Granted(1)]));

        _time.JumpWallClock(TimeSpan.FromDays(1));

        Assert.Equal([Lease(1)], Take(3));
    }

    [Fact]
    public void Grant_that_cannot_be_probed_goes_back_with_its_reason()
    {
        _table.StartRound(Named(8, TwoPings with { Engine = EngineKind.Raw }));
        _table.StartRound(new AssignedRound(new RoundId(9), "future", null, "engine is 'quantum'", null));
        _table.StartRound(Named());

        Assert.Equal(LeaseReturnReason.Revoked, Assert.Single(_table.Grant(new RoundId(1), [Granted(1)])).Reason);
        Assert.Equal(LeaseReturnReason.EngineFailed, Assert.Single(_table.Grant(new RoundId(9), [Granted(1)])).Reason);
        var missing = Assert.Single(_table.Grant(Round, [Granted(1) with { Targets = null }]));
        Assert.Equal(LeaseReturnReason.ContentMissing, missing.Reason);
        Assert.True(_table.IsEmpty);
    }

    [Fact]
    public void Grant_for_an_engine_this_agent_has_not_goes_back()
    {
        _table.StartRound(Named(probe: TwoPings with { Engine = EngineKind.Raw }));

        var returned = Assert.Single(_table.Grant(Round, [Granted(1)]));

        Assert.Equal(LeaseReturnReason.EngineFailed, returned.Reason);
        Assert.Contains("'raw'", returned.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_the_best_proved_engine()
    {
        var table = new AssignmentTable([EngineKind.Fping, EngineKind.Simulated], _gate, _time);
        table.StartRound(Named(probe: TwoPings with { Engine = EngineKind.Auto }));

        Assert.Empty(table.Grant(Round, [Granted(1)]));

        Assert.Empty(table.Take(EngineKind.Simulated, 100));
        Assert.Single(table.Take(EngineKind.Fping, 100));
    }

    [Fact]
    public void Drain_returns_what_is_queued_and_refuses_what_comes()
    {
        Grant(Granted(1), Granted(2));
        Take(3);

        Assert.Equal([Lease(2)], _table.Drain());

        Assert.Equal([Lease(1)], _table.Held());
        Assert.Equal(LeaseReturnReason.Draining, Assert.Single(_table.Grant(Round, [Granted(3)])).Reason);
        Assert.Empty(Take(100));
    }

    [Fact]
    public void Probing_left_covers_pace_and_the_longest_probe()
    {
        Grant(Granted(1), Granted(2));
        Take(6);

        // 2 shards x 3 targets x 2 pings at 4 pings/s, then 2 x 500 ms and a timeout of 500 ms.
        Assert.Equal(TimeSpan.FromSeconds(3 + 1.5), _table.ProbingLeft(4));
    }

    [Fact]
    public void Begun_shards_of_a_broken_engine_are_given_back_and_queued_ones_stay()
    {
        Grant(Granted(1), Granted(2));
        Take(3);

        Assert.Equal([Lease(1)], _table.RemoveBegun(EngineKind.Simulated));
        Assert.Equal([Lease(2)], _table.Held());
    }

    private void Grant(params GrantedShard[] shards)
    {
        _table.StartRound(Named());
        Assert.Empty(_table.Grant(Round, shards));
    }

    private IEnumerable<LeaseKey> Take(int targets) => [.. _table.Take(EngineKind.Simulated, targets).Select(assignment => assignment.Lease)];
}
