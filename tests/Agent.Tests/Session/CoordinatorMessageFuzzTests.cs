using System.Buffers;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Session;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Fuzzing;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>What no coordinator says, into an agent's real handler: understood, passed over, or the end of the session by name.</summary>
public sealed class CoordinatorMessageFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 300_000;
    private const int MessagesPerSession = 1_000;

    [Fact]
    public void Message_is_handled_or_ends_the_session()
    {
        byte[][] genuine =
        [
            .. CoordinatorMessages.WholeRound(1, 2, 3).Append(CoordinatorMessages.Ack(0)).Append(CoordinatorMessages.Drain()).Append(CoordinatorMessages.Revoke(true, 2, 3))
                .Append(CoordinatorMessages.Welcome()).Append(new CoordinatorMessage { RateBudget = new RateBudget { PingsPerSecond = 5 } })
                .Select(message => message.ToByteArray()),
        ];
        var (handler, returns, handled) = (NewHandler(out var first), first, 0);

        Fuzz.Run(Inputs, genuine, input =>
        {
            if (++handled % MessagesPerSession == 0)
            {
                handler = NewHandler(out returns);
            }

            return Parse(input) is { } message && IsHandled(() => handler.Handle(message), returns);
        }, output.WriteLine);
    }

    [Fact]
    public void More_leases_than_a_coordinator_may_give_end_the_session()
    {
        var handler = NewHandler(out _);
        var grant = new LeaseGrant { Round = 7 };
        grant.Leases.Add(Enumerable.Range(1, 150_000).Select(shard => new ShardLease { Shard = (ulong)shard, Epoch = 1 }));

        var end = Assert.Throws<SessionProtocolException>(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                handler.Handle(new CoordinatorMessage { LeaseGrant = grant });
            }
        });

        Assert.Equal("it leases more than 1,000,000 shards at once", end.Message);
    }

    private static CoordinatorMessage? Parse(byte[] input)
    {
        try
        {
            return MessageShape.Parse(CoordinatorMessage.Parser, new ReadOnlySequence<byte>(input));
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            return null;
        }
    }

    private static bool IsHandled(Action handle, LeaseReturns returns)
    {
        try
        {
            handle();
            returns.TakeAll();
            return true;
        }
        catch (SessionProtocolException end)
        {
            Assert.NotEmpty(end.Message);
            return false;
        }
    }

    private static CoordinatorMessageHandler NewHandler(out LeaseReturns returns)
    {
        var (gate, outgoing, time) = (new IntakeGate(), new ChangeSignal(), new FakeTimeProvider());
        var table = new AssignmentTable([EngineKind.Simulated], gate, time);
        var outbox = new ResultOutbox(gate, outgoing);
        returns = new LeaseReturns(outgoing);
        return new CoordinatorMessageHandler(
            table, new ShardContentCache(), outbox, returns, new RateLimit(20_000), new DrainState(table, outbox, returns, outgoing), outgoing, time,
            NullLogger<CoordinatorMessageHandler>.Instance);
    }
}
