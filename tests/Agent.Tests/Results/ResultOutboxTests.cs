using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Results;

public class ResultOutboxTests
{
    private readonly IntakeGate _gate = new();
    private readonly ResultOutbox _outbox;

    public ResultOutboxTests() => _outbox = new ResultOutbox(_gate, new ChangeSignal());

    [Fact]
    public void Batches_are_numbered_from_one_and_sent_in_that_order()
    {
        Add(3);
        _outbox.OpenWindow(10);

        Assert.Equal([1UL, 2, 3], TakeAll());
        Assert.Equal(1UL, _outbox.FirstUnacked);
    }

    [Fact]
    public void Nothing_is_sent_without_a_session()
    {
        Add(1);

        Assert.Empty(TakeAll());
    }

    [Fact]
    public void Credits_bound_what_is_sent_and_not_acknowledged()
    {
        Add(5);
        _outbox.OpenWindow(2);
        Assert.Equal([1UL, 2], TakeAll());

        Assert.True(_outbox.AckUpTo(1));

        Assert.Equal([3UL], TakeAll());
    }

    [Fact]
    public void A_window_of_zero_credits_lets_one_through()
    {
        Add(2);
        _outbox.OpenWindow(0);

        Assert.Equal([1UL], TakeAll());
    }

    [Fact]
    public void Ack_is_cumulative_and_an_old_one_changes_nothing()
    {
        Add(3);
        _outbox.OpenWindow(10);
        TakeAll();

        Assert.True(_outbox.AckUpTo(2));
        Assert.True(_outbox.AckUpTo(1));

        Assert.Equal(3UL, _outbox.FirstUnacked);
        Assert.Equal(1, _outbox.Count);
    }

    [Fact]
    public void Ack_of_what_was_never_sent_is_refused_and_forgets_nothing()
    {
        Add(3);
        _outbox.OpenWindow(2);
        TakeAll();

        Assert.False(_outbox.AckUpTo(3));

        Assert.Equal(3, _outbox.Count);
    }

    [Fact]
    public void A_new_session_sends_everything_unacknowledged_again()
    {
        Add(3);
        _outbox.OpenWindow(10);
        TakeAll();
        _outbox.AckUpTo(1);
        _outbox.CloseWindow();
        Add(1);

        _outbox.OpenWindow(10);

        Assert.Equal([2UL, 3, 4], TakeAll());
    }

    [Fact]
    public void Ack_in_a_new_session_of_what_the_old_one_delivered_saves_sending_it_again()
    {
        Add(3);
        _outbox.OpenWindow(10);
        TakeAll();
        _outbox.OpenWindow(10);

        Assert.True(_outbox.AckUpTo(2));

        Assert.Equal([3UL], TakeAll());
    }

    [Fact]
    public void Gate_is_closed_while_the_window_is_full_and_open_again_after_an_ack()
    {
        _outbox.OpenWindow(2);
        Add(2);
        TakeAll();
        Assert.False(_gate.IsOpen);

        _outbox.AckUpTo(1);

        Assert.True(_gate.IsOpen);
    }

    [Fact]
    public void Without_a_session_only_memory_closes_the_gate()
    {
        var outbox = new ResultOutbox(_gate, new ChangeSignal(), maxBytes: 1500);
        outbox.OpenWindow(1);
        outbox.CloseWindow();
        for (var i = 0; i < 4; i++)
        {
            outbox.Add(Lease((ulong)i), default, Columns());
        }

        Assert.True(_gate.IsOpen);

        outbox.Add(Lease(9), default, Columns());

        Assert.False(_gate.IsOpen);
        Assert.Equal(5, outbox.Count);
    }

    [Fact]
    public void Leases_of_unacknowledged_batches_are_told()
    {
        Add(2);

        Assert.Equal([Lease(1), Lease(2)], _outbox.Introduce().Leases);
    }

    private static ResultColumns Columns() => new() { Sent = { 2, 2, 2 }, Received = { 2, 2, 2 }, RttUs = { 1, 1, 1, 1, 1, 1 } };

    private void Add(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            _outbox.Add(Lease(_outbox.FirstUnacked + (ulong)_outbox.Count), new ShardContentHash(1), Columns());
        }
    }

    private List<ulong> TakeAll()
    {
        List<ulong> sequences = [];
        while (_outbox.TryTakeToSend(out var batch))
        {
            sequences.Add(batch.Sequence);
        }

        return sequences;
    }
}
