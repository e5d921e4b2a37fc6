using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Merging;

public sealed class ResultMergerTests
{
    private static readonly PlacementAgent A = new(new AgentId(new Guid(1, 0, 0, new byte[8])), 1_000);
    private static readonly PlacementAgent B = new(new AgentId(new Guid(2, 0, 0, new byte[8])), 1_000);

    private readonly ShardMap _map = Lists.Map(100, bucket: 30);
    private readonly LeaseTable _leases;
    private readonly ResultMerger _merger;
    private readonly AckTracker _acks = new();

    public ResultMergerTests()
    {
        _leases = new LeaseTable(new RoundId(1), _map, generation: 1);
        _merger = new ResultMerger(_leases);
        _leases.Join(A);
        _leases.Divide();
    }

    [Fact]
    public void A_batch_is_acknowledged_and_counted_when_it_is_durable()
    {
        var lease = _leases.Grant(A.Id, int.MaxValue)[0];

        Assert.Equal(MergeVerdict.Merged, Offer(lease, 1));
        Assert.Equal((1, 0, 0ul), (_merger.Uncommitted, _merger.Tally.Targets, _acks.Acknowledged));

        _merger.Committed(lease.Shard.Id);
        Assert.Equal((0, lease.Shard.TargetCount, 1ul), (_merger.Uncommitted, _merger.Tally.Up, _acks.Acknowledged));
        Assert.Equal(ShardPhase.Done, _leases.PhaseOf(lease.Shard.Id));
    }

    [Fact]
    public void A_batch_repeated_while_its_first_copy_is_being_committed_is_acknowledged_with_it()
    {
        var lease = _leases.Grant(A.Id, int.MaxValue)[0];
        var nextSession = new AckTracker();
        Offer(lease, 1);

        Assert.Equal(MergeVerdict.Repeated, Offer(lease, 1));
        Assert.Equal(MergeVerdict.Repeated, _merger.Offer(A.Id, lease.Key, Samples.Up(lease.Shard), "a", "raw", nextSession, 1));
        Assert.Equal((0ul, 0ul), (_acks.Acknowledged, nextSession.Acknowledged));

        _merger.Committed(lease.Shard.Id);
        Assert.Equal((1ul, 1ul), (_acks.Acknowledged, nextSession.Acknowledged));
        Assert.Equal(lease.Shard.TargetCount, _merger.Tally.Targets);
    }

    [Fact]
    public void A_batch_repeated_after_its_commit_is_refused_and_settles_at_once()
    {
        var lease = _leases.Grant(A.Id, int.MaxValue)[0];
        Offer(lease, 1);
        _merger.Committed(lease.Shard.Id);

        Assert.Equal(MergeVerdict.Refused, Offer(lease, 2));
        Assert.Equal(2ul, _acks.Acknowledged);
        Assert.Equal(lease.Shard.TargetCount, _merger.Tally.Targets);
        Assert.Equal(1, _merger.Refused);
    }

    [Fact]
    public void A_batch_of_a_former_epoch_is_refused()
    {
        var old = _leases.Grant(A.Id, int.MaxValue)[0];
        _leases.Join(B);
        _leases.Divide();
        _leases.Leave(A.Id);
        var current = _leases.Grant(B.Id, int.MaxValue).Single(lease => lease.Shard == old.Shard);

        Assert.Equal(MergeVerdict.Refused, Offer(old, 1));
        Assert.Equal(1ul, _acks.Acknowledged);
        Assert.Equal(MergeVerdict.Merged, Offer(B, current, 2));
    }

    [Fact]
    public void A_batch_of_an_agent_whose_lease_it_is_not_is_refused()
    {
        var lease = _leases.Grant(A.Id, int.MaxValue)[0];

        Assert.Equal(MergeVerdict.Refused, Offer(B, lease, 1));
        Assert.Equal(MergeVerdict.Merged, Offer(A, lease, 2));
    }

    [Fact]
    public void Refused_batches_do_not_let_an_uncommitted_one_before_them_be_acknowledged()
    {
        var leases = _leases.Grant(A.Id, int.MaxValue);
        Offer(leases[0], 1);
        Offer(leases[1], 2);
        _merger.Committed(leases[1].Shard.Id);
        Offer(leases[1], 3);

        Assert.Equal(0ul, _acks.Acknowledged);
        _merger.Committed(leases[0].Shard.Id);
        Assert.Equal(3ul, _acks.Acknowledged);
    }

    [Fact]
    public void A_restored_result_counts_once_and_when_it_comes_again_it_settles_at_once()
    {
        var lease = _leases.Grant(A.Id, int.MaxValue)[0];

        _merger.Restore(lease.Shard.Id, Samples.Up(lease.Shard), "a", "raw");

        Assert.Equal((ShardPhase.Done, lease.Shard.TargetCount, 0), (_leases.PhaseOf(lease.Shard.Id), _merger.Tally.Up, _merger.Uncommitted));
        Assert.Equal(MergeVerdict.Refused, Offer(lease, 1));
        Assert.Equal((1ul, lease.Shard.TargetCount), (_acks.Acknowledged, _merger.Tally.Targets));
    }

    private MergeVerdict Offer(Lease lease, ulong sequence) => Offer(A, lease, sequence);

    private MergeVerdict Offer(PlacementAgent agent, Lease lease, ulong sequence) =>
        _merger.Offer(agent.Id, lease.Key, Samples.Up(lease.Shard), "a", "raw", _acks, sequence);
}
