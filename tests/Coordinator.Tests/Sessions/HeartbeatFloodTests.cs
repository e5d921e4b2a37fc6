using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Grpc.Core;

namespace FpingCluster.Coordinator.Tests.Sessions;

/// <summary>An agent that says nothing but heartbeats, as fast as it can.</summary>
public sealed class HeartbeatFloodTests
{
    private const int Targets = 400;
    private const long AtFlood = 20_000;

    // What waits for the cluster loop, in two sessions and their streams' windows; without a bound a second of the flood is far more.
    private const long MostMemory = 64L << 20;

    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(2);

    private long _sent;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flood_of_heartbeats_is_taken_no_faster_than_it_is_done_and_another_agents_round_goes_on(bool readsAcks)
    {
        await using var coordinator = await TestCoordinator.StartAsync($"127.0.0.1-127.0.1.{Targets - 256}\n", bucket: 5);
        await using var honest = await TestAgent.JoinAsync(coordinator.Grpc, "honest");
        var hello = TestAgent.Hello("flooding");
        hello.Engines.Clear();
        await using var flooding = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var over = new CancellationTokenSource();
        var flood = Task.Run(() => Flood(flooding, over.Token));
        var reading = readsAcks ? Read(flooding) : Task.CompletedTask;

        await Wait.Until(() => Volatile.Read(ref _sent) >= AtFlood, TestAgent.Patience, "the flood is there");
        var answering = honest.AnswerAsync();
        await coordinator.RunRoundAsync().WaitAsync(TestAgent.Patience);
        var asked = TimeProvider.System.GetTimestamp();
        await coordinator.Cluster.CatchUpAsync(CancellationToken.None).WaitAsync(TestAgent.Patience);
        var delay = TimeProvider.System.GetElapsedTime(asked);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        await over.CancelAsync();
        await flooding.DisposeAsync();

        await flood;
        await reading;
        Assert.False(answering.IsCompleted);
        Assert.Equal(Targets, coordinator.LastRound.Summary!.Up);
        Assert.InRange(delay, TimeSpan.Zero, MostDelay);
        Assert.InRange(memory, long.MinValue, MostMemory);
    }

    private static async Task Read(TestAgent agent)
    {
        try
        {
            await agent.EndAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was let go between two messages.
        }
    }

    // Until it is told to end, or the coordinator has hung up.
    private async Task Flood(TestAgent agent, CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                await agent.SendAsync(new AgentMessage { Heartbeat = new Heartbeat { ClockMs = (ulong)Interlocked.Increment(ref _sent) } });
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
            // The session is over.
        }
    }
}
