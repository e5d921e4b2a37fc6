using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using static FpingCluster.Agent.Tests.Assignments.TestShards;
using Kind = FpingCluster.Shared.Protocol.V1.AgentMessage.MessageOneofCase;
using WireReason = FpingCluster.Shared.Protocol.V1.LeaseReturnReason;

namespace FpingCluster.Agent.Tests.Session;

public sealed class SessionRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _data = new();
    private readonly AgentIdentity _identity;
    private readonly FakeTimeProvider _time = new();
    private readonly ChangeSignal _outgoing = new();
    private readonly RateLimit _rate;
    private readonly AssignmentTable _table;
    private readonly ResultOutbox _outbox;
    private readonly LeaseReturns _returns;
    private readonly LeasedResultSink _sink;
    private readonly DrainState _drain;
    private readonly AgentMessages _messages;
    private readonly CoordinatorMessageHandler _handler;
    private readonly CancellationTokenSource _stop = new();

    private FakeSessionStream _stream = new();

    public SessionRunTests()
    {
        _identity = AgentIdentity.Open(_data.Path);
        _rate = new RateLimit(20_000, _time);
        var (gate, counters) = (new IntakeGate(), new ProbeCounters());
        _table = new AssignmentTable([EngineKind.Simulated], gate, _time);
        _outbox = new ResultOutbox(gate, _outgoing);
        _returns = new LeaseReturns(_outgoing);
        _sink = new LeasedResultSink(_table, _outbox, _returns, counters, _outgoing);
        _drain = new DrainState(_table, _outbox, _returns, _outgoing);
        var profile = new AgentProfile(_identity, "berlin-1", "0.1.0", new Dictionary<string, string> { ["site"] = "berlin" }, [EngineKind.Simulated]);
        _messages = new AgentMessages(profile, _table, _outbox, _rate, counters, new CpuMeter(() => null), _time);
        _handler = new CoordinatorMessageHandler(
            _table, new ShardContentCache(), _outbox, _returns, _rate, _drain, _outgoing, _time, NullLogger<CoordinatorMessageHandler>.Instance);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _drain.Dispose();
        _identity.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Hello_says_who_the_agent_is_what_it_holds_and_what_is_unacknowledged()
    {
        _table.StartRound(Named());
        Assert.Empty(_table.Grant(Round, [Granted(1), Granted(2)]));
        CompleteNext();
        var run = Run();

        var hello = (await _stream.HearAsync()).Hello;

        Assert.Equal((1u, 2u), (hello.ProtocolMajor, hello.ProtocolMinor));
        Assert.Equal(_identity.AgentId.Value.ToByteArray(bigEndian: true), hello.AgentId.ToByteArray());
        Assert.Equal(_identity.BootId.ToByteArray(bigEndian: true), hello.BootId.ToByteArray());
        Assert.Equal(("berlin-1", "berlin", 20_000u), (hello.Name, hello.Labels["site"], hello.CapacityPingsPerSecond));
        Assert.Equal([Engine.Simulated], hello.Engines);
        Assert.Equal(1UL, hello.FirstUnackedSequence);
        // The shard whose result waits for an ack is still this agent's.
        Assert.Equal([1UL, 2], hello.HeldLeases.Select(lease => lease.Shard).Order().ToList());
        await StopAsync(run);
    }

    [Fact]
    public async Task Nothing_is_said_between_Hello_and_Welcome()
    {
        _outbox.Add(Lease(1), default, new ResultColumns());
        var run = Run();
        await _stream.HearAsync(Kind.Hello);

        _stream.Say(CoordinatorMessages.Welcome());

        Assert.Equal(Kind.Heartbeat, (await _stream.HearAsync()).MessageCase);
        Assert.Equal(Kind.ResultBatch, (await _stream.HearAsync()).MessageCase);
        await StopAsync(run);
    }

    [Fact]
    public async Task Leased_shard_is_queued_taken_reported_sent_and_forgotten_when_acknowledged()
    {
        var run = await WelcomedAsync();
        Say(CoordinatorMessages.WholeRound(1));
        await TakenAsync(1);

        var batch = (await _stream.HearAsync(Kind.ResultBatch)).ResultBatch;
        Assert.Equal((1UL, 7L, 1UL, 1L), (batch.Sequence, batch.Round, batch.Shard, batch.Epoch));
        _stream.Say(CoordinatorMessages.Ack(1));
        _stream.Say(CoordinatorMessages.Drain());

        await _stream.Completed.Task.WaitAsync(Patience);
        Assert.True(_outbox.IsEmpty);
        _stream.End();
        Assert.Equal(SessionOutcome.Drained, (await run.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Unacknowledged_batches_go_again_in_the_next_session_and_only_those()
    {
        var run = await WelcomedAsync();
        Say(CoordinatorMessages.WholeRound(1, 2, 3));
        await TakenAsync(3);
        for (var i = 0; i < 3; i++)
        {
            await _stream.HearAsync(Kind.ResultBatch);
        }

        _stream.Say(CoordinatorMessages.Ack(1));
        _stream.End();
        Assert.Equal(SessionOutcome.Unreachable, (await run.WaitAsync(Patience)).Outcome);

        _stream = new FakeSessionStream();
        run = Run();
        Assert.Equal(2UL, (await _stream.HearAsync(Kind.Hello)).Hello.FirstUnackedSequence);
        _stream.Say(CoordinatorMessages.Welcome());

        Assert.Equal(2UL, (await _stream.HearAsync(Kind.ResultBatch)).ResultBatch.Sequence);
        Assert.Equal(3UL, (await _stream.HearAsync(Kind.ResultBatch)).ResultBatch.Sequence);
        await StopAsync(run);
    }

    [Fact]
    public async Task Credits_hold_back_batches_until_an_ack()
    {
        var run = await WelcomedAsync(CoordinatorMessages.Welcome(credits: 1));
        _outbox.Add(Lease(1), default, new ResultColumns());
        _outbox.Add(Lease(2), default, new ResultColumns());
        Assert.Equal(1UL, (await _stream.HearAsync(Kind.ResultBatch)).ResultBatch.Sequence);

        _stream.Say(CoordinatorMessages.Ack(1));

        Assert.Equal(2UL, (await _stream.HearAsync(Kind.ResultBatch)).ResultBatch.Sequence);
        await StopAsync(run);
    }

    [Fact]
    public async Task Revoked_shard_not_begun_is_returned()
    {
        var run = await WelcomedAsync();
        Say([.. CoordinatorMessages.WholeRound(1, 2), CoordinatorMessages.Revoke(cancel: false, 2)]);

        var returned = (await _stream.HearAsync(Kind.LeaseReturn)).LeaseReturn;

        Assert.Equal((7L, WireReason.Revoked), (returned.Round, returned.Reason));
        Assert.Equal([2UL], returned.Leases.Select(lease => lease.Shard));
        await StopAsync(run);
    }

    [Fact]
    public async Task Lease_of_an_unknown_content_is_returned()
    {
        var run = await WelcomedAsync();
        Say([CoordinatorMessages.RoundStart(), CoordinatorMessages.Grant(4, 1)]);

        var returned = (await _stream.HearAsync(Kind.LeaseReturn)).LeaseReturn;

        Assert.Equal(WireReason.ContentMissing, returned.Reason);
        Assert.Equal((1UL, 4L), (returned.Leases[0].Shard, returned.Leases[0].Epoch));
        await StopAsync(run);
    }

    [Fact]
    public async Task Rate_budget_is_obeyed_up_to_the_agents_own_ceiling()
    {
        var run = await WelcomedAsync();
        Say([new CoordinatorMessage { RateBudget = new RateBudget { PingsPerSecond = 50 } }, CoordinatorMessages.RoundStart(), CoordinatorMessages.Grant(1, 1)]);
        await _stream.HearAsync(Kind.LeaseReturn);
        Assert.Equal(50, _rate.PingsPerSecond);

        Say([new CoordinatorMessage { RateBudget = new RateBudget { PingsPerSecond = uint.MaxValue } }, CoordinatorMessages.Grant(2, 1)]);
        await _stream.HearAsync(Kind.LeaseReturn);

        Assert.Equal(20_000, _rate.PingsPerSecond);
        await StopAsync(run);
    }

    [Fact]
    public async Task Budget_is_confirmed_by_the_heartbeat_and_named_in_the_next_Hello()
    {
        var run = await WelcomedAsync(CoordinatorMessages.Welcome(timeoutMs: 3000, heartbeatMs: 1000));
        Say([new CoordinatorMessage { RateBudget = new RateBudget { PingsPerSecond = 50, Serial = 9, TermMs = 30_000 } }, CoordinatorMessages.Grant(1, 1)]);
        await _stream.HearAsync(Kind.LeaseReturn);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(9ul, (await _stream.HearAsync(Kind.Heartbeat)).Heartbeat.BudgetSerial);
        await StopAsync(run);

        Assert.Equal(50u, _messages.Hello().Hello.PingsPerSecond);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0u, _messages.Hello().Hello.PingsPerSecond);
    }

    [Fact]
    public async Task Heartbeat_comes_at_once_and_then_each_interval()
    {
        var run = await WelcomedAsync(CoordinatorMessages.Welcome(timeoutMs: 3000, heartbeatMs: 1000), hearHeartbeat: false);
        var first = (await _stream.HearAsync(Kind.Heartbeat)).Heartbeat;

        _time.Advance(TimeSpan.FromSeconds(1));
        var second = (await _stream.HearAsync(Kind.Heartbeat)).Heartbeat;

        Assert.Equal(1000, second.UnixTimeMs - first.UnixTimeMs);
        await StopAsync(run);
    }

    [Fact]
    public async Task Coordinator_that_never_answers_Hello_is_silent()
    {
        var run = Run();
        await _stream.HearAsync(Kind.Hello);

        _time.Advance(SessionRun.WelcomeTimeout);

        Assert.Equal(SessionOutcome.Silent, (await run.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Coordinator_not_heard_of_for_the_session_timeout_is_silent()
    {
        var run = await WelcomedAsync(CoordinatorMessages.Welcome(timeoutMs: 6000, heartbeatMs: 20_000));
        _time.Advance(TimeSpan.FromSeconds(5));
        // Answered, so the ack before it has been read and the timer begins anew.
        Say([CoordinatorMessages.Ack(0), CoordinatorMessages.RoundStart(), CoordinatorMessages.Grant(1, 1)]);
        await _stream.HearAsync(Kind.LeaseReturn);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(run.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        var end = await run.WaitAsync(Patience);
        Assert.Equal((SessionOutcome.Silent, "nothing heard for 6 s", true), (end.Outcome, end.Why, end.Healthy));
    }

    [Fact]
    public async Task Short_session_is_not_a_healthy_one()
    {
        var run = await WelcomedAsync();

        _stream.End();

        var end = await run.WaitAsync(Patience);
        Assert.Equal((SessionOutcome.Unreachable, false), (end.Outcome, end.Healthy));
    }

    [Fact]
    public async Task Refusal_by_status_is_final()
    {
        var run = Run();
        await _stream.HearAsync(Kind.Hello);

        _stream.End(new RpcException(new Status(StatusCode.FailedPrecondition, "protocol version 1 is not served here; this is version 2")));

        var end = await run.WaitAsync(Patience);
        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.Contains("this is version 2", end.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_of_the_coordinator_counts_before_the_failure_of_a_write()
    {
        var run = await WelcomedAsync();
        _stream.WriteFault = new InvalidOperationException("the call is complete");
        _outbox.Add(Lease(1), default, new ResultColumns());

        _stream.End(new RpcException(new Status(StatusCode.InvalidArgument, "shard 1 has 3 targets")));

        var end = await run.WaitAsync(Patience);
        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.Contains("shard 1 has 3 targets", end.Why, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task Message_that_the_protocol_does_not_allow_ends_the_session(CoordinatorMessage message, bool first)
    {
        Task<SessionEnd> run;
        if (first)
        {
            run = Run();
            await _stream.HearAsync(Kind.Hello);
        }
        else
        {
            run = await WelcomedAsync();
        }

        _stream.Say(message);

        var end = await run.WaitAsync(Patience);
        Assert.Equal(SessionOutcome.Unreachable, end.Outcome);
        Assert.Contains("breaks the protocol", end.Why, StringComparison.Ordinal);
    }

    public static TheoryData<CoordinatorMessage, bool> Breaches()
    {
        var forged = CoordinatorMessages.Content(1);
        forged.ShardContent.ContentHash ^= 1;
        var torn = CoordinatorMessages.Content(1);
        torn.ShardContent.Ipv4 = Google.Protobuf.ByteString.CopyFrom(1, 2, 3);
        return new TheoryData<CoordinatorMessage, bool>
        {
            { CoordinatorMessages.Ack(0), true },
            { CoordinatorMessages.Welcome(timeoutMs: 0), true },
            { CoordinatorMessages.Welcome(heartbeatMs: 0), true },
            { CoordinatorMessages.Welcome(), false },
            { CoordinatorMessages.Ack(1), false },
            { forged, false },
            { torn, false },
        };
    }

    [Fact]
    public async Task Message_of_a_newer_version_is_ignored()
    {
        var run = await WelcomedAsync();

        Say([new CoordinatorMessage(), CoordinatorMessages.RoundStart(), CoordinatorMessages.Grant(1, 1)]);

        Assert.Equal(WireReason.ContentMissing, (await _stream.HearAsync(Kind.LeaseReturn)).LeaseReturn.Reason);
        await StopAsync(run);
    }

    [Fact]
    public async Task Drain_returns_what_is_queued_finishes_what_is_begun_and_waits_for_the_last_ack()
    {
        var run = await WelcomedAsync();
        Say(CoordinatorMessages.WholeRound(1, 2));
        var begun = await TakeOneAsync();

        _stream.Say(CoordinatorMessages.Drain());
        var returned = (await _stream.HearAsync(Kind.LeaseReturn)).LeaseReturn;
        Assert.Equal(WireReason.Draining, returned.Reason);
        Assert.Equal([2UL], returned.Leases.Select(lease => lease.Shard));
        Assert.False(_stream.Completed.Task.IsCompleted);

        _sink.Completed(begun, AllUp(begun));
        await _stream.HearAsync(Kind.ResultBatch);
        Assert.False(_stream.Completed.Task.IsCompleted);

        _stream.Say(CoordinatorMessages.Ack(1));
        await _stream.Completed.Task.WaitAsync(Patience);
        _stream.End();
        Assert.Equal(SessionOutcome.Drained, (await run.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Shard_leased_after_the_goodbye_does_not_keep_the_agent()
    {
        var run = await WelcomedAsync();
        _drain.Begin("told to");
        await _stream.Completed.Task.WaitAsync(Patience);

        Say(CoordinatorMessages.WholeRound(1));
        _stream.End();

        Assert.Equal(SessionOutcome.Drained, (await run.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Drain_with_nothing_held_does_not_wait_for_a_Welcome()
    {
        var run = Run();
        await _stream.HearAsync(Kind.Hello);

        _drain.Begin("told to");

        Assert.Equal(SessionOutcome.Drained, (await run.WaitAsync(Patience)).Outcome);
    }

    [Fact]
    public async Task Stop_ends_the_session_at_once()
    {
        var run = await WelcomedAsync();

        await StopAsync(run);
    }

    private Task<SessionEnd> Run() =>
        new SessionRun(_stream, _messages, _handler, _outbox, _returns, _drain, _outgoing, _ => { }, _time).RunAsync(_stop.Token);

    private async Task<Task<SessionEnd>> WelcomedAsync(CoordinatorMessage? welcome = null, bool hearHeartbeat = true)
    {
        var run = Run();
        await _stream.HearAsync(Kind.Hello);
        _stream.Say(welcome ?? CoordinatorMessages.Welcome());
        if (hearHeartbeat)
        {
            await _stream.HearAsync(Kind.Heartbeat);
        }

        return run;
    }

    private async Task StopAsync(Task<SessionEnd> run)
    {
        await _stop.CancelAsync();
        Assert.Equal(SessionOutcome.Stopped, (await run.WaitAsync(Patience)).Outcome);
    }

    private void Say(IEnumerable<CoordinatorMessage> messages)
    {
        foreach (var message in messages)
        {
            _stream.Say(message);
        }
    }

    private async Task<ShardAssignment> TakeOneAsync() =>
        Assert.Single(await _table.SourceFor(EngineKind.Simulated).TakeAsync(1, default).AsTask().WaitAsync(Patience));

    private async Task TakenAsync(int shards)
    {
        for (var i = 0; i < shards; i++)
        {
            var shard = await TakeOneAsync();
            _sink.Completed(shard, AllUp(shard));
        }
    }

    private void CompleteNext()
    {
        var shard = Assert.Single(_table.Take(EngineKind.Simulated, 1));
        _sink.Completed(shard, AllUp(shard));
    }
}
