using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class ClusterLoopTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly AgentIntroduction Agent = Introductions.Agent(1);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryResultStore _store = new();
    private readonly ClusterLoop _loop;

    public ClusterLoopTests() => _loop = new ClusterLoop(_store, new ClusterOptions(), _time, NullLoggerFactory.Instance);

    public Task InitializeAsync() => _loop.StartAsync(default);

    public Task DisposeAsync() => _loop.StopAsync(default).WaitAsync(Patience);

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task A_round_runs_from_its_order_to_its_outcome()
    {
        var link = Join();

        var outcome = await _loop.RunRoundAsync(Order(), default).WaitAsync(Patience);

        Assert.Equal((40, 40), (outcome.Summary.Targets, outcome.Summary.Up));
        Assert.Null(_loop.FindRound(outcome.Round));
        Assert.Equal(1ul, await AckAsync(link, 1));
        Assert.NotNull(_store.FindRound(outcome.Round)!.ClosedAt);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_while_the_store_fails_and_all_is_when_it_works_again()
    {
        using var appending = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        _store.Appending = _ =>
        {
            appending.Release();
            Assert.True(goOn.Wait(Patience), "the test did not let Append go on");
        };
        var link = Join();
        Assert.Equal(0ul, await AckAsync(link, 0));
        var running = _loop.RunRoundAsync(Order(), default);
        await AdvanceUntilAsync(appending);
        _store.Trouble = "the disk is full";
        for (var tries = 0; tries < 3; tries++)
        {
            goOn.Release();
            await AdvanceUntilAsync(appending);
            Assert.Equal("the disk is full", _loop.StoreTrouble);
        }

        // The agent's heartbeat is answered, with nothing new.
        _loop.AgentHeard(Agent.Id, link, AgentLoad.None);
        Assert.Equal(0ul, await link.Acks.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.False(running.IsCompleted);

        _store.Trouble = null;
        goOn.Release();
        Assert.Equal(1ul, await AckAsync(link, 1));
        Assert.Equal(40, (await running.WaitAsync(Patience)).Summary.Up);
        Assert.Null(_loop.StoreTrouble);
    }

    [Fact]
    public async Task A_round_that_the_store_cannot_take_fails_for_its_job_alone()
    {
        Join();
        _store.Trouble = "the disk is full";

        var error = await Assert.ThrowsAsync<StoreException>(() => _loop.RunRoundAsync(Order(), default).WaitAsync(Patience));
        Assert.Equal("the disk is full", error.Message);

        _store.Trouble = null;
        Assert.Equal(40, (await _loop.RunRoundAsync(Order(), default).WaitAsync(Patience)).Summary.Up);
    }

    [Fact]
    public async Task A_cancelled_round_closes_with_what_there_is()
    {
        using var cancel = new CancellationTokenSource();
        var link = Join(answers: false);
        var running = _loop.RunRoundAsync(Order(), cancel.Token);
        await link.Leases.ReadAsync().AsTask().WaitAsync(Patience);

        await cancel.CancelAsync();

        Assert.Equal(40, (await running.WaitAsync(Patience)).Summary.Unknown);
    }

    [Fact]
    public async Task A_cancelled_round_of_a_service_stays_open_and_keeps_what_still_comes()
    {
        using var cancel = new CancellationTokenSource();
        using var loop = new ClusterLoop(_store, new ClusterOptions { StopLeavesRoundsOpen = true }, _time, NullLoggerFactory.Instance);
        await loop.StartAsync(default);
        var link = new EchoLink(loop, Agent) { Answers = false };
        loop.AgentJoined(Agent, link);
        var running = loop.RunRoundAsync(Order(), cancel.Token);
        var lease = await link.Leases.ReadAsync().AsTask().WaitAsync(Patience);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        Assert.NotNull(loop.FindRound(lease.Key.Round));
        link.Answer(lease);

        Assert.Equal(1ul, await AckAsync(link, 1));
        Assert.Single(_store.ReadBatches(lease.Key.Round));
        Assert.Null(_store.FindRound(lease.Key.Round)!.ClosedAt);
        await loop.StopAsync(default).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_round_ends_with_the_loop()
    {
        var link = Join(answers: false);
        var running = _loop.RunRoundAsync(Order(), default);
        await link.Leases.ReadAsync().AsTask().WaitAsync(Patience);

        await _loop.StopAsync(default).WaitAsync(Patience);

        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        await Assert.ThrowsAsync<OperationCanceledException>(() => _loop.RunRoundAsync(Order(), default).WaitAsync(Patience));
    }

    [Fact]
    public async Task Nobody_is_taken_for_silent_because_the_loop_was_busy()
    {
        var link = Join();
        await AckAsync(link, 0);
        using var busy = new ManualResetEventSlim();
        var blocking = new BlockingLink(busy);
        _loop.AgentJoined(Introductions.Agent(2), blocking);
        await blocking.Reached.Wait(Patience, "the loop is busy");

        for (var second = 0; second < 10; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _loop.AgentHeard(Agent.Id, link, AgentLoad.None);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        busy.Set();
        await _loop.WaitForAgentsAsync(1, default).WaitAsync(Patience);

        Assert.Equal(Agent.Id, Assert.Single(_loop.Membership.Agents).Introduction.Id);
    }

    [Fact]
    public async Task WaitForAgentsAsync_waits_for_that_many()
    {
        var two = _loop.WaitForAgentsAsync(2, default);
        Join();
        await _loop.WaitForAgentsAsync(1, default).WaitAsync(Patience);
        Assert.False(two.IsCompleted);

        _loop.AgentJoined(Introductions.Agent(2), new RecordingLink());

        await two.WaitAsync(Patience);
    }

    private EchoLink Join(bool answers = true)
    {
        var link = new EchoLink(_loop, Agent) { Answers = answers };
        _loop.AgentJoined(Agent, link);
        return link;
    }

    private static RoundOrder Order() => new(ClusterStory.Job(), Lists.Map(40, bucket: 50), Deadline: null, RateCap: null);

    private static async Task<ulong> AckAsync(EchoLink link, ulong sequence)
    {
        while (true)
        {
            var ack = await link.Acks.ReadAsync().AsTask().WaitAsync(Patience);
            if (ack >= sequence)
            {
                return ack;
            }
        }
    }

    // The queue sets its timer at a moment that the test does not see.
    private async Task AdvanceUntilAsync(SemaphoreSlim happened)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await happened.WaitAsync(TimeSpan.FromMilliseconds(1), patience.Token))
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }
    }
}
