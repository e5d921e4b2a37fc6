using FpingCluster.Coordinator.Merging;

namespace FpingCluster.Coordinator.Tests.Merging;

public sealed class AckTrackerTests
{
    private readonly AckTracker _acks = new();

    [Fact]
    public void Nothing_is_acknowledged_at_first() => Assert.Equal(0ul, _acks.Acknowledged);

    [Fact]
    public void Sequences_that_settle_in_any_order_are_acknowledged_without_gaps()
    {
        var order = Enumerable.Range(1, 500).Select(i => (ulong)i).ToArray();
        new Random(3).Shuffle(order);
        var settled = new HashSet<ulong>();
        foreach (var sequence in order)
        {
            _acks.Settle(sequence);
            settled.Add(sequence);
            var expected = 0ul;
            while (settled.Contains(expected + 1))
            {
                expected++;
            }

            Assert.Equal(expected, _acks.Acknowledged);
            Assert.True(_acks.IsSettled(sequence));
        }

        Assert.Equal(500ul, _acks.Acknowledged);
    }

    [Fact]
    public void Settling_twice_changes_nothing()
    {
        _acks.Settle(1);
        _acks.Settle(1);
        _acks.Settle(3);
        _acks.Settle(3);

        Assert.Equal(1ul, _acks.Acknowledged);
        Assert.False(_acks.IsSettled(2));
        Assert.True(_acks.IsSettled(3));
    }

    [Fact]
    public void A_new_coordinator_begins_where_the_agent_does()
    {
        _acks.BeginAt(42);
        Assert.Equal(41ul, _acks.Acknowledged);

        _acks.Settle(42);
        Assert.Equal(42ul, _acks.Acknowledged);
    }

    [Fact]
    public void Beginning_behind_what_is_acknowledged_takes_nothing_back()
    {
        _acks.Settle(1);
        _acks.Settle(2);

        _acks.BeginAt(1);
        _acks.BeginAt(0);

        Assert.Equal(2ul, _acks.Acknowledged);
    }

    [Fact]
    public void What_had_settled_beyond_the_beginning_counts_at_once()
    {
        _acks.Settle(3);
        _acks.Settle(5);
        _acks.Settle(6);

        _acks.BeginAt(5);

        Assert.Equal(6ul, _acks.Acknowledged);
    }
}
