using System.Net.Sockets;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using static FpingCluster.Shared.Protocol.V1.CoordinatorMessage;

namespace FpingCluster.Coordinator.Tests.Sessions;

/// <summary>What the coordinator does about agents that err, lie or break off.</summary>
public sealed class SessionEdgeTests
{
    [Fact]
    public async Task Hello_of_another_major_version_is_refused_with_both_versions()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = TestAgent.Connect(coordinator.Grpc);
        var hello = TestAgent.Hello("a1");
        hello.ProtocolMajor = 7;
        hello.ProtocolMinor = 3;
        await agent.SendAsync(new AgentMessage { Hello = hello });

        var end = await agent.EndAsync();

        Assert.Equal(StatusCode.FailedPrecondition, end.StatusCode);
        Assert.Contains("protocol 7.3", end.Detail, StringComparison.Ordinal);
        Assert.Contains($"{ProtocolVersion.Major}.{ProtocolVersion.Minor};", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_message_other_than_Hello_is_refused()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = TestAgent.Connect(coordinator.Grpc);
        await agent.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });

        var end = await agent.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Equal("a session begins with Hello, not with Heartbeat", end.Detail);
    }

    [Fact]
    public async Task Second_Hello_is_refused()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await agent.SendAsync(new AgentMessage { Hello = TestAgent.Hello("a1") });

        AssertEnd(StatusCode.InvalidArgument, "Hello comes once a session", await agent.EndAsync());
    }

    [Fact]
    public async Task Stream_that_ends_before_Hello_is_refused()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = TestAgent.Connect(coordinator.Grpc);
        await agent.LeaveAsync();

        AssertEnd(StatusCode.InvalidArgument, "the stream ended before Hello", await agent.EndAsync());
    }

    [Fact]
    public async Task Client_that_says_nothing_is_dropped_after_the_timeout()
    {
        var time = new FakeTimeProvider();
        await using var coordinator = await TestCoordinator.StartAsync(time: time);
        await using var agent = TestAgent.Connect(coordinator.Grpc);
        var end = agent.EndAsync();

        // The call is on its way: the clock goes on until the coordinator has taken it and its patience is over.
        await Wait.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        }, TestAgent.Patience, "the silent client is dropped");

        AssertEnd(StatusCode.DeadlineExceeded, "no Hello within 10 s", await end);
    }

    [Fact]
    public async Task Batch_with_unequal_columns_ends_its_session_and_no_other()
    {
        await using var coordinator = await TestCoordinator.StartAsync("127.0.0.1-127.0.0.40\n", bucket: 5);
        var hello = TestAgent.Hello("liar");
        await using var liar = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        await using var honest = await TestAgent.JoinAsync(coordinator.Grpc, "honest");
        await coordinator.Cluster.WaitForAgentsAsync(2, CancellationToken.None).WaitAsync(TestAgent.Patience);
        var answering = honest.AnswerAsync();
        var round = coordinator.RunRoundAsync();
        var grant = (await liar.ReceiveAsync(MessageOneofCase.LeaseGrant)).LeaseGrant;
        var batch = liar.Answer(grant.Round, grant.Leases[0]);
        batch.ResultBatch.Columns.Received.RemoveAt(0);
        await liar.SendAsync(batch);

        var end = await liar.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.StartsWith($"batch 1 (round {grant.Round}, shard {grant.Leases[0].Shard:x}): columns of ", end.Detail, StringComparison.Ordinal);
        Assert.False(answering.IsCompleted);
        // The liar starts anew: what it held goes to the other, who answers for all.
        hello.BootId = TestAgent.Hello("liar").BootId;
        hello.Engines.Clear();
        await using var restarted = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        await round.WaitAsync(TestAgent.Patience);
        Assert.Equal(40, coordinator.LastRound.Summary!.Up);
        Assert.Equal("honest", Assert.Single(coordinator.LastRound.Summary!.Agents).Name);
    }

    [Fact]
    public async Task Message_above_the_limit_is_refused_as_such()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        var columns = new ResultColumns();
        columns.RttUs.AddRange(Enumerable.Repeat(uint.MaxValue, MessageLimits.MaxBytes / 5 + 1));
        var sending = agent.SendAsync(new AgentMessage { ResultBatch = new ResultBatch { Columns = columns } });

        Assert.Equal(StatusCode.ResourceExhausted, (await agent.EndAsync()).StatusCode);
        // The coordinator may refuse the message before it has read all of it.
        Assert.True(await Record.ExceptionAsync(() => sending) is null or RpcException);
    }

    [Fact]
    public async Task Message_that_is_no_protobuf_is_refused_for_good()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        using var channel = GrpcChannel.ForAddress(coordinator.Grpc);
        var bytes = Marshallers.Create<byte[]>((message, context) => context.Complete(message), context => context.PayloadAsNewBuffer());
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "fpingcluster.agent.v1.AgentGateway", "Session", bytes, bytes);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions());
        await call.RequestStream.WriteAsync([0xff, 0xff, 0xff, 0xff, 0xff]);

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.StartsWith("a message is not of this protocol", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_on_the_port_disturbs_nobody()
    {
        await using var coordinator = await TestCoordinator.StartAsync("127.0.0.1-127.0.0.9\n");
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        var answering = agent.AnswerAsync();
        var garbage = new byte[100_000];
        new Random(1).NextBytes(garbage);
        using var client = new TcpClient();
        await client.ConnectAsync(coordinator.Grpc.Host, coordinator.Grpc.Port);
        var stream = client.GetStream();

        // The coordinator hangs up, and may do so before it has read all.
        try
        {
            await stream.WriteAsync(garbage);
            while (await stream.ReadAsync(garbage).AsTask().WaitAsync(TestAgent.Patience) > 0)
            {
            }
        }
        catch (IOException)
        {
            Assert.False(client.Connected);
        }

        await coordinator.RunRoundAsync().WaitAsync(TestAgent.Patience);
        Assert.False(answering.IsCompleted);
    }

    [Fact]
    public async Task Agent_that_comes_again_with_its_boot_id_keeps_its_leases()
    {
        await using var coordinator = await TestCoordinator.StartAsync("127.0.0.1-127.0.0.40\n", bucket: 5);
        var hello = TestAgent.Hello("a1");
        var first = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        var round = coordinator.RunRoundAsync();
        var grant = (await first.ReceiveAsync(MessageOneofCase.LeaseGrant)).LeaseGrant;
        var answers = grant.Leases.Select(lease => first.Answer(grant.Round, lease)).ToList();
        await first.DisposeAsync();
        await Wait.Until(
            () => coordinator.Cluster.Membership.Agents.Single().Status == FpingCluster.Coordinator.Membership.AgentStatus.Disconnected, TestAgent.Patience, "the broken session is noticed");

        hello.HeldLeases.Add(grant.Leases.Select(lease => new HeldLease { Round = grant.Round, Shard = lease.Shard, Epoch = lease.Epoch }));
        await using var second = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        foreach (var answer in answers)
        {
            await second.SendAsync(answer);
        }

        // With the epochs of the first session: nothing was leased anew.
        await round.WaitAsync(TestAgent.Patience);
        Assert.Equal(40, coordinator.LastRound.Summary!.Up);
        Assert.Equal(
            grant.Leases.Select(lease => (lease.Shard, lease.Epoch)).Order(),
            coordinator.Store.ReadBatches(coordinator.LastRound.Id).Select(batch => (batch.Shard.Value, batch.Epoch.Value)).Order());
    }

    [Fact]
    public async Task Copy_of_a_connected_agent_is_refused_in_place_of_a_Welcome()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var hello = TestAgent.Hello("original");
        await using var original = (await TestAgent.JoinAsync(coordinator.Grpc, hello)).WithHeartbeats();
        hello.BootId = TestAgent.Hello("copy").BootId;
        await using var copy = TestAgent.Connect(coordinator.Grpc);
        await copy.SendAsync(new AgentMessage { Hello = hello });

        var end = await copy.EndAsync();

        Assert.Equal(StatusCode.AlreadyExists, end.StatusCode);
        Assert.StartsWith("another agent with this identity is connected ('original', ipv4:127.0.0.1:", end.Detail, StringComparison.Ordinal);
    }

    private static void AssertEnd(StatusCode code, string detail, Status end) => Assert.Equal((code, detail), (end.StatusCode, end.Detail));
}
