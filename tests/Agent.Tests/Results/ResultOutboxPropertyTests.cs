using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Protocol.V1;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Results;

/// <summary>Sessions that break at any moment, acks that are late or lost: the coordinator of the model has every batch once, in order, without a gap.</summary>
public class ResultOutboxPropertyTests
{
    private const int Steps = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void No_batch_is_lost_whatever_breaks(int seed)
    {
        var random = new Random(seed);
        var outbox = new ResultOutbox(new IntakeGate(), new ChangeSignal());
        var wire = new Queue<ResultBatch>();
        List<ulong> durable = [];
        ulong added = 0, acked = 0;
        int? credits = null;

        for (var step = 0; step < Steps; step++)
        {
            Step(random.Next(8));
            Assert.Equal(acked + 1, outbox.FirstUnacked);
            Assert.Equal((int)(added - acked), outbox.Count);
        }

        Open();
        while (outbox.Count > 0)
        {
            Step(4);
            Step(5);
            Step(6);
        }

        Assert.Equal(Enumerable.Range(1, (int)added).Select(number => (ulong)number), durable);

        void Step(int action)
        {
            switch (action)
            {
                case 0 or 1:
                    outbox.Add(Lease(++added), default, new ResultColumns());
                    break;
                case 2:
                    // The session breaks: what is on the wire may or may not arrive.
                    credits = null;
                    outbox.CloseWindow();
                    if (random.Next(2) == 0)
                    {
                        Deliver(random.Next(wire.Count + 1));
                    }

                    wire.Clear();
                    break;
                case 3 when credits is null:
                    Open();
                    break;
                case 4 when outbox.TryTakeToSend(out var batch):
                    Assert.NotNull(credits);
                    Assert.True(batch.Sequence < outbox.FirstUnacked + (ulong)credits, "more unacknowledged than credits");
                    wire.Enqueue(batch);
                    break;
                case 5:
                    Deliver(random.Next(wire.Count + 1));
                    break;
                case 6 or 7 when credits is not null && durable.Count > 0:
                    // Late acks name any durable batch, even an older one.
                    var sequence = durable[random.Next(durable.Count)];
                    Assert.True(outbox.AckUpTo(sequence));
                    acked = Math.Max(acked, sequence);
                    break;
                default:
                    break;
            }
        }

        void Open()
        {
            credits = random.Next(1, 6);
            wire.Clear();
            outbox.OpenWindow(credits.Value);
        }

        void Deliver(int batches)
        {
            for (; batches > 0; batches--)
            {
                var batch = wire.Dequeue();
                Assert.True(batch.Sequence <= (ulong)durable.Count + 1, $"batch {batch.Sequence} after {durable.Count}: one was left out");
                if (batch.Sequence == (ulong)durable.Count + 1)
                {
                    durable.Add(batch.Sequence);
                }
            }
        }
    }
}
