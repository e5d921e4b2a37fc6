using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Leases;

// A coordinator that was started again and knows only what was durable.
public sealed partial class LeaseTableTests
{
    [Fact]
    public void After_a_restart_agents_keep_what_the_former_coordinator_leased_them()
    {
        Join(A, B);
        var leases = _table.Grant(A.Id, All);
        Restart();
        Join(A, B);

        Assert.Empty(_table.Reconcile(A.Id, [.. leases.Select(lease => lease.Key)]));

        Assert.Equal(leases.Sum(lease => lease.Shard.TargetCount), _table.LeasedTargets(A.Id));
        Assert.Equal(_map.Shards.Count - leases.Count, _table.Grant(A.Id, All).Concat(_table.Grant(B.Id, All)).Count());
        Assert.All(leases, lease => Assert.True(_table.TryMerge(A.Id, lease.Key)));
    }

    [Fact]
    public void After_a_restart_the_first_to_claim_a_shard_keeps_it()
    {
        Join(A);
        var old = _table.Grant(A.Id, All)[0];
        _table.Leave(A.Id);
        Join(B);
        var current = _table.Grant(B.Id, All).Single(lease => lease.Shard == old.Shard);
        Restart();
        Join(A, B);

        Assert.Empty(_table.Reconcile(A.Id, [old.Key]));
        Assert.Equal([current.Key], _table.Reconcile(B.Id, [current.Key]));

        Assert.False(_table.TryMerge(B.Id, current.Key));
        Assert.True(_table.TryMerge(A.Id, old.Key));
    }

    [Fact]
    public void A_claimed_lease_is_lost_with_its_agent_as_any_other()
    {
        Join(A);
        var leases = _table.Grant(A.Id, All);
        Restart();
        Join(A, B);
        _table.Reconcile(A.Id, [.. leases.Select(lease => lease.Key)]);
        _table.Leave(A.Id);

        Assert.All(_table.Grant(B.Id, All), lease => Assert.Equal((4L << 32) + 1, lease.Key.Epoch.Value));

        Join(A);
        Assert.Equal(leases.Count, _table.Reconcile(A.Id, [.. leases.Select(lease => lease.Key)]).Count);
        Assert.All(leases, lease => Assert.False(_table.TryMerge(A.Id, lease.Key)));
    }

    [Fact]
    public void No_claim_takes_a_shard_that_is_done_or_was_leased_since_the_restart()
    {
        Join(A);
        var leases = _table.Grant(A.Id, All);
        Restart();
        _table.MarkDone(leases[0].Shard.Id);
        Join(A, B);
        var since = _table.Grant(B.Id, All).First(lease => lease.Shard != leases[0].Shard);
        Assert.True(_table.Return(B.Id, since.Key, LeaseReturnReason.Revoked));
        var former = leases.Single(lease => lease.Shard == since.Shard);

        Assert.Equal([leases[0].Key, former.Key], _table.Reconcile(A.Id, [leases[0].Key, former.Key]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4L << 32)]
    [InlineData((4L << 32) + 1)]
    [InlineData(long.MaxValue)]
    public void A_claim_of_an_epoch_that_no_former_coordinator_gave_is_refused(long epoch)
    {
        Restart();
        Join(A);
        var claim = new LeaseKey(new RoundId(7), _map.Shards[0].Id, new LeaseEpoch(epoch));

        Assert.Equal([claim], _table.Reconcile(A.Id, [claim]));

        Assert.False(_table.TryMerge(A.Id, claim));
    }

    [Fact]
    public void A_round_that_was_begun_since_the_restart_knows_no_former_leases()
    {
        Join(A);
        var claim = new LeaseKey(new RoundId(7), _map.Shards[0].Id, new LeaseEpoch((2L << 32) + 1));

        Assert.Equal([claim], _table.Reconcile(A.Id, [claim]));
    }
}
