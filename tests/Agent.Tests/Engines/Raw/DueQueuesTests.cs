using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class DueQueuesTests
{
    [Fact]
    public void Queue_gives_back_in_order_and_not_before_time_while_it_grows_and_turns()
    {
        var queue = new DueQueue(delayNs: 100);
        var random = new Random(5);
        var (added, taken) = (0, 0);
        for (var now = 0L; now < 3000; now++)
        {
            for (var i = random.Next(40); i > 0; i--)
            {
                queue.Add(now, new Due((int)now, added++, 0, 0));
            }

            while (queue.TryTake(now, out var due))
            {
                Assert.Equal((now - 100, taken++), (due.Shard, due.Target));
            }
        }

        Assert.Equal(added - taken, queue.Count);
        Assert.True(queue.Count > 1024);
    }

    [Fact]
    public void Empty_queue_is_never_due()
    {
        var queue = new DueQueue(10);
        Assert.Equal(long.MaxValue, queue.NextAtNs);
        Assert.False(queue.TryTake(long.MaxValue - 1, out _));

        queue.Add(5, new Due(1, 2, 3, 0));

        Assert.Equal((15, 1), (queue.NextAtNs, queue.Count));
        Assert.False(queue.TryTake(14, out _));
        Assert.True(queue.TryTake(15, out var due));
        Assert.Equal(new Due(1, 2, 3, 0), due);
        Assert.Equal(long.MaxValue, queue.NextAtNs);
    }

    [Fact]
    public void Pings_of_each_period_come_after_their_own_and_repeated_ones_first()
    {
        var queues = new DueQueues();
        Assert.Equal(long.MaxValue, queues.NextAtNs);
        queues.Follow(new Due(0, 0, 1, 0), sentNs: 0, periodNs: 100);
        queues.Follow(new Due(0, 1, 1, 0), sentNs: 10, periodNs: 30);
        queues.Follow(new Due(0, 2, 1, 0), sentNs: 20, periodNs: 100);
        Assert.Equal(40, queues.NextAtNs);
        queues.Again(new Due(0, 3, 0, 1), nowNs: 39);
        Assert.Equal(39, queues.NextAtNs);

        Assert.Equal([3], Take(queues, 39));
        Assert.Equal([1], Take(queues, 40));
        Assert.Equal([], Take(queues, 99));
        Assert.Equal([0], Take(queues, 100));
        queues.Again(new Due(0, 4, 0, 1), nowNs: 110);
        Assert.Equal([4, 2], Take(queues, 120));
        Assert.Equal(long.MaxValue, queues.NextAtNs);
    }

    [Fact]
    public void Periods_that_come_and_go_lose_no_ping()
    {
        var queues = new DueQueues();
        for (var period = 1; period <= 50; period++)
        {
            queues.Follow(new Due(0, period, 1, 0), 0, period * 10);
            Assert.Equal(period % 2 == 0 ? [period - 1, period] : [], Take(queues, period % 2 == 0 ? 1000 : 0).Order());
        }
    }

    private static List<int> Take(DueQueues queues, long nowNs)
    {
        var taken = new List<int>();
        while (queues.TryTake(nowNs, out var due))
        {
            taken.Add(due.Target);
        }

        return taken;
    }
}
