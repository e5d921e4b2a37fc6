using System.Net;
using System.Net.Sockets;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.Agent.Tests.Engines;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Kind = FpingCluster.Shared.Protocol.V1.AgentMessage.MessageOneofCase;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>The whole agent against a real gRPC server whose behaviour is scripted.</summary>
public class GrpcSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Round_goes_from_lease_to_acknowledged_batch_and_a_drain_ends_with_zero()
    {
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(CoordinatorMessages.WholeRound(1, 2, 3));
            for (var i = 1UL; i <= 3; i++)
            {
                Assert.Equal(i, (await session.HearBatchAsync()).Shard);
                await session.SayAsync(CoordinatorMessages.Ack(i));
            }

            await session.SayAsync(CoordinatorMessages.Drain());
            while (await session.HearAsync() is not null)
            {
            }
        });

        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        Assert.Equal(ExitCode.Done, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Coordinator_that_vanishes_and_comes_back_gets_every_result_once_in_sequence()
    {
        const int Shards = 40;
        const int Acked = 5;
        var shards = Enumerable.Range(1, Shards).Select(shard => (ulong)shard).ToArray();
        var engine = new FakeEngine();
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync(credits: 20);
            await session.SayAsync(CoordinatorMessages.WholeRound(shards));
            for (var i = 0; i < 10; i++)
            {
                await session.HearBatchAsync();
            }

            await session.SayAsync(CoordinatorMessages.Ack(Acked));
            // Ten more can only come when the ack has arrived.
            for (var i = 0; i < 15; i++)
            {
                await session.HearBatchAsync();
            }

            cut.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        });
        var url = first.Url;
        await using var agent = new AgentUnderTest(engine, url);
        await cut.Task.WaitAsync(Patience);
        await first.DisposeAsync();
        // Probing goes on without a coordinator.
        for (var i = 0; i < Shards; i++)
        {
            await engine.NextTakenAsync(Patience);
        }

        List<ResultBatch> batches = [];
        var done = new TaskCompletionSource<Hello>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var second = await ScriptedCoordinator.StartAsync(
            async session =>
            {
                var hello = await session.WelcomeAsync(credits: 20);
                while (batches.Count < Shards - Acked)
                {
                    batches.Add(await session.HearBatchAsync());
                    await session.SayAsync(CoordinatorMessages.Ack(batches[^1].Sequence));
                }

                done.SetResult(hello);
                while (await session.HearAsync() is not null)
                {
                }
            },
            url.Port);

        var again = await done.Task.WaitAsync(Patience);
        Assert.Equal(Acked + 1UL, again.FirstUnackedSequence);
        Assert.Equal(shards.Skip(Acked), again.HeldLeases.Select(lease => lease.Shard).Order());
        Assert.Equal(shards.Skip(Acked), batches.Select(batch => batch.Sequence));
        Assert.Equal(shards.Skip(Acked), batches.Select(batch => batch.Shard));
        agent.Drain();
        Assert.Equal(ExitCode.Done, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Coordinator_that_accepts_and_then_never_speaks_again_is_left()
    {
        var sessions = 0;
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync(timeoutMs: 300);
            if (Interlocked.Increment(ref sessions) == 2)
            {
                back.SetResult();
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        });

        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Warning", "nothing heard for 0.3 s", "again in");
        await back.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Wrong_protocol_version_ends_with_the_exit_code_of_a_rejection()
    {
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.HearAsync(Kind.Hello);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "agent speaks protocol 1.0, this coordinator 2.0"));
        });

        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Error", coordinator.Url.ToString(), "agent speaks protocol 1.0, this coordinator 2.0", "install the same version");
        Assert.Equal(ExitCode.Rejected, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Message_above_the_limit_ends_with_the_exit_code_of_a_rejection()
    {
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(new CoordinatorMessage { ShardContent = new ShardContent { Ipv4 = ByteString.CopyFrom(new byte[5 * 1024 * 1024]) } });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        });

        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Error", "4 MB");
        Assert.Equal(ExitCode.Rejected, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Port_on_which_nobody_listens_is_told_in_words_and_tried_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();

        await using var agent = new AgentUnderTest(new FakeEngine(), url);

        await agent.Log.FindAsync("Warning", $"Cannot reach coordinator {url}: connection refused; trying again in");
        await agent.Log.FindAsync("Debug", "connection refused");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\u0001\u0002\u0003 utter rubbish that is longer than the header of a frame \u00ff\u00fe")]
    public async Task Port_on_which_something_else_answers_is_told_in_words_and_tried_again(string greeting)
    {
        await using var stranger = new StrangeServer(greeting);
        await using var agent = new AgentUnderTest(new FakeEngine(), stranger.Url);

        await agent.Log.FindAsync("Warning", "what listens there did not answer as a coordinator does; check host and port");
        await agent.Log.FindAsync("Debug", "did not answer as a coordinator does");
    }

    [Fact]
    public async Task Drain_of_an_agent_with_nothing_to_hand_over_needs_no_coordinator()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var agent = new AgentUnderTest(new FakeEngine(), new Uri($"http://{listener.LocalEndpoint}"));
        using var peer = await listener.AcceptTcpClientAsync().WaitAsync(Patience);

        agent.Drain();

        Assert.Equal(ExitCode.Done, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Drain_whose_coordinator_is_gone_is_finished_by_its_successor()
    {
        var engine = new FakeEngine(answersAtOnce: false);
        var first = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(CoordinatorMessages.WholeRound(1));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        });
        var url = first.Url;
        await using var agent = new AgentUnderTest(engine, url);
        var shard = await engine.NextTakenAsync(Patience);

        agent.Drain();
        await first.DisposeAsync();
        engine.Complete(shard);
        await using var second = await ScriptedCoordinator.StartAsync(
            async session =>
            {
                await session.WelcomeAsync();
                var batch = await session.HearBatchAsync();
                await session.SayAsync(CoordinatorMessages.Ack(batch.Sequence));
                while (await session.HearAsync() is not null)
                {
                }
            },
            url.Port);

        Assert.Equal(ExitCode.Done, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task Results_that_nobody_acknowledged_come_with_the_next_start()
    {
        using var data = new TemporaryDirectory();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var deaf = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(CoordinatorMessages.WholeRound(1, 2, 3));
            for (var i = 0; i < 3; i++)
            {
                await session.HearBatchAsync();
            }

            heard.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        }))
        await using (var first = new AgentUnderTest(data, new FakeEngine(), deaf.Url))
        {
            await heard.Task.WaitAsync(Patience);
            first.Leave();
            Assert.Equal(ExitCode.Incomplete, await first.ExitCodeAsync());
            await first.Log.FindAsync("Information", "Kept 3 batches");
        }

        var greeted = new TaskCompletionSource<Hello>(TaskCreationOptions.RunContinuationsAsynchronously);
        List<ResultBatch> batches = [];
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            greeted.SetResult(await session.WelcomeAsync());
            for (var i = 1UL; i <= 3; i++)
            {
                batches.Add(await session.HearBatchAsync());
            }

            await session.SayAsync(CoordinatorMessages.Ack(3), CoordinatorMessages.Drain());
            while (await session.HearAsync() is not null)
            {
            }
        });
        await using var second = new AgentUnderTest(data, new FakeEngine(), coordinator.Url);

        Assert.Equal(ExitCode.Done, await second.ExitCodeAsync());
        var hello = await greeted.Task;
        Assert.Equal(1UL, hello.FirstUnackedSequence);
        Assert.Equal([1UL, 2, 3], hello.HeldLeases.Select(lease => lease.Shard));
        Assert.Equal([(1UL, 1UL), (2, 2), (3, 3)], batches.Select(batch => (batch.Sequence, batch.Shard)));
        Assert.Empty(Directory.GetFiles(Path.Combine(data.Path, "spool")));
    }

    [Fact]
    public async Task Leaving_at_once_does_not_wait_for_what_is_begun()
    {
        var engine = new FakeEngine(answersAtOnce: false);
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(CoordinatorMessages.WholeRound(1));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted);
        });
        await using var agent = new AgentUnderTest(engine, coordinator.Url);
        await engine.NextTakenAsync(Patience);
        agent.Drain();

        agent.Leave();

        Assert.Equal(ExitCode.Incomplete, await agent.ExitCodeAsync());
        await agent.Log.FindAsync("Warning", "Left early (shards unfinished: 1, ");
    }
}
