using System.Buffers;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Sessions;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit.Fuzzing;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;
using static FpingCluster.Shared.Protocol.V1.CoordinatorMessage;

namespace FpingCluster.Coordinator.Tests.Sessions;

/// <summary>What no agent says, into the real handlers of a coordinator that runs a round: each is taken, passed over or refused by name, and the round comes to its end.</summary>
public sealed class SessionFuzzTests(ITestOutputHelper output)
{
    private const int Hellos = 200_000;
    private const int Messages = 100_000;
    private const int Targets = 40;

    [Fact]
    public void Hello_is_read_or_refused() => Fuzz.Run(
        Hellos,
        [new AgentMessage { Hello = TestAgent.Hello("a1") }.ToByteArray(), new AgentMessage { Hello = HelloWithLeases() }.ToByteArray()],
        input => Parse(input) is { } message && Refusal(() => HelloReader.Read(message, "ipv4:127.0.0.1:1")) is null,
        output.WriteLine);

    [Fact]
    public async Task Message_is_taken_in_or_refused_and_the_round_ends()
    {
        await using var coordinator = await TestCoordinator.StartAsync($"127.0.0.1-127.0.0.{Targets}\n", bucket: 5);
        await using var honest = (await TestAgent.JoinAsync(coordinator.Grpc, "honest")).WithHeartbeats();
        var round = coordinator.RunRoundAsync();
        var grant = (await honest.ReceiveAsync(MessageOneofCase.LeaseGrant)).LeaseGrant;
        // Unlike its own link, this one belongs to nobody who writes: it is emptied here.
        var introduction = HelloReader.Read(new AgentMessage { Hello = TestAgent.Hello("fuzzing") }, "");
        var link = new AgentLink(new Welcome(), TimeProvider.System, () => { });
        var emptying = Task.Run(async () => { await foreach (var _ in link.OutgoingAsync(CancellationToken.None)) { } });
        coordinator.Cluster.AgentJoined(introduction, link);
        var inbox = NewInbox(introduction, link, coordinator);

        Fuzz.Run(Messages, Genuine(honest, grant), input =>
        {
            if (Parse(input) is not { } message)
            {
                return false;
            }

            var refusal = Refusal(() => inbox.ReceiveAsync(message, CancellationToken.None).AsTask().GetAwaiter().GetResult());
            inbox = refusal is null ? inbox : NewInbox(introduction, link, coordinator);
            return refusal is null;
        }, output.WriteLine);

        link.Close("the test is over");
        coordinator.Cluster.AgentLeft(introduction.Id, link, "the test is over", saidGoodbye: true);
        await emptying;
        var answering = honest.AnswerAsync();
        foreach (var lease in grant.Leases)
        {
            await honest.SendAsync(honest.Answer(grant.Round, lease));
        }

        await round.WaitAsync(TestAgent.Patience);
        Assert.False(answering.IsFaulted);
        var summary = coordinator.LastRound.Summary!;
        Assert.Equal(Targets, summary.Up + summary.Down + summary.Unknown);
    }

    private static SessionInbox NewInbox(AgentIntroduction introduction, AgentLink link, TestCoordinator coordinator) =>
        new(introduction, link, coordinator.Cluster, credits: 1_024, new ForgottenResults("fuzzing", TimeProvider.System, NullLogger.Instance), TimeProvider.System);

    private static byte[][] Genuine(TestAgent agent, LeaseGrant grant)
    {
        var batches = grant.Leases.Take(3).Select((lease, i) =>
        {
            var batch = TestAgent.Answered(grant.Round, lease, agent.TargetsOf(lease), TestCoordinator.Count);
            batch.Sequence = (ulong)i + 1;
            return new AgentMessage { ResultBatch = batch };
        });
        var returned = grant.Leases.Take(3).Select(lease => new ReturnedLease { Shard = lease.Shard, Epoch = lease.Epoch });
        AgentMessage[] others =
        [
            new() { Heartbeat = new Heartbeat { UnixTimeMs = 1_790_000_000_000, QueuedShards = 3, SentPings = 1_000, CpuPermille = 125 } },
            new() { LeaseReturn = new LeaseReturn { Round = grant.Round, Reason = LeaseReturnReason.EngineFailed, Detail = "no socket", Leases = { returned } } },
            new() { LeaseReturn = new LeaseReturn { Round = grant.Round, Reason = LeaseReturnReason.ContentMissing, Leases = { returned } } },
            new() { Hello = TestAgent.Hello("again") },
        ];
        return [.. batches.Concat(others).Select(message => message.ToByteArray())];
    }

    private static Hello HelloWithLeases()
    {
        var hello = TestAgent.Hello("a1");
        hello.HeldLeases.Add(Enumerable.Range(1, 5).Select(i => new HeldLease { Round = 1, Shard = (ulong)i, Epoch = i }));
        hello.FirstUnackedSequence = 300;
        return hello;
    }

    private static AgentMessage? Parse(byte[] input)
    {
        try
        {
            return MessageShape.Parse(AgentMessage.Parser, new ReadOnlySequence<byte>(input));
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            return null;
        }
    }

    private static RpcException? Refusal(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (RpcException refusal) when (refusal.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition)
        {
            Assert.NotEmpty(refusal.Status.Detail);
            return refusal;
        }
    }
}
