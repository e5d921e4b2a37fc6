using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Results;

public class LeasedResultSinkTests
{
    private readonly AssignmentTable _table;
    private readonly ResultOutbox _outbox;
    private readonly LeaseReturns _returns;
    private readonly ProbeCounters _counters = new();
    private readonly LeasedResultSink _sink;

    public LeasedResultSinkTests()
    {
        var (gate, outgoing) = (new IntakeGate(), new ChangeSignal());
        _table = new AssignmentTable([EngineKind.Simulated], gate, new FakeTimeProvider());
        _outbox = new ResultOutbox(gate, outgoing);
        _returns = new LeaseReturns(outgoing);
        _sink = new LeasedResultSink(_table, _outbox, _returns, _counters, outgoing);
    }

    [Fact]
    public void Result_enters_the_outbox_and_its_lease_leaves_the_table()
    {
        var shard = Begin();

        _sink.Completed(shard, AllUp(shard) with { LocalDrops = 3 });

        _outbox.OpenWindow(1);
        Assert.True(_outbox.TryTakeToSend(out var batch));
        Assert.Equal((1UL, 7L, 1UL, 1L, 1UL), (batch.Sequence, batch.Round, batch.Shard, batch.Epoch, batch.ContentHash));
        Assert.Equal([2u, 2, 2], batch.Columns.Received);
        Assert.True(_table.IsEmpty);
        Assert.Equal(3, _counters.LocalDrops);
    }

    [Fact]
    public void Result_reported_twice_is_sent_once()
    {
        var shard = Begin();

        _sink.Completed(shard, AllUp(shard));
        _sink.Completed(shard, AllUp(shard));

        Assert.Equal(1, _outbox.Count);
    }

    [Fact]
    public void Result_of_a_cancelled_lease_is_thrown_away()
    {
        var shard = Begin();
        _table.Revoke(Round, [], cancel: true);

        _sink.Completed(shard, AllUp(shard));
        _sink.Failed(shard, "too late");

        Assert.True(_outbox.IsEmpty);
        Assert.True(_returns.IsEmpty);
    }

    [Fact]
    public void Result_that_does_not_fit_its_shard_is_never_sent()
    {
        var shard = Begin();

        _sink.Completed(shard, AllUp(shard) with { Received = [2, 2] });

        Assert.True(_outbox.IsEmpty);
        var returned = Assert.Single(_returns.TakeAll());
        Assert.Equal((Lease(1), LeaseReturnReason.EngineFailed), (returned.Lease, returned.Reason));
        Assert.True(_table.IsEmpty);
    }

    [Fact]
    public void Result_above_the_message_limit_goes_back_with_the_remedy()
    {
        _table.StartRound(Named(probe: TwoPings with { Count = 1000 }));
        Assert.Empty(_table.Grant(Round, [Granted(1, targets: 4500)]));
        var shard = Assert.Single(_table.Take(EngineKind.Simulated, 1));

        _sink.Completed(shard, AllUp(shard));

        Assert.True(_outbox.IsEmpty);
        Assert.Contains("lower the job's bucket or count", Assert.Single(_returns.TakeAll()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Shard_that_failed_goes_back()
    {
        var shard = Begin();

        _sink.Failed(shard, "fping cannot be started");

        var returned = Assert.Single(_returns.TakeAll());
        Assert.Equal(new ReturnedLease(Lease(1), LeaseReturnReason.EngineFailed, "fping cannot be started"), returned);
        Assert.True(_table.IsEmpty);
    }

    private ShardAssignment Begin()
    {
        _table.StartRound(Named());
        Assert.Empty(_table.Grant(Round, [Granted(1)]));
        return Assert.Single(_table.Take(EngineKind.Simulated, 1));
    }
}
