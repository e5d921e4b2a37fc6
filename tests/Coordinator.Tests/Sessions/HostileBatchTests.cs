using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using static FpingCluster.Shared.Protocol.V1.CoordinatorMessage;

namespace FpingCluster.Coordinator.Tests.Sessions;

/// <summary>Batches that nobody asked for or that break the rules: what an agent may bring in good faith is acknowledged and forgotten, the rest ends its session.</summary>
public sealed class HostileBatchTests : IAsyncLifetime
{
    private const int Targets = 40;

    private TestCoordinator _coordinator = null!;
    private TestAgent _honest = null!;
    private Task _round = null!;
    private LeaseGrant _grant = null!;

    public async Task InitializeAsync()
    {
        _coordinator = await TestCoordinator.StartAsync($"127.0.0.1-127.0.0.{Targets}\n", bucket: 5);
        _honest = await TestAgent.JoinAsync(_coordinator.Grpc, "honest");
        _round = _coordinator.RunRoundAsync();
        _grant = (await _honest.ReceiveAsync(MessageOneofCase.LeaseGrant)).LeaseGrant;
    }

    // Whatever the other did: the honest agent's round is whole and its own.
    public async Task DisposeAsync()
    {
        foreach (var lease in _grant.Leases)
        {
            await _honest.SendAsync(_honest.Answer(_grant.Round, lease));
        }

        var answering = _honest.AnswerAsync();
        await _round.WaitAsync(TestAgent.Patience);
        var summary = _coordinator.LastRound.Summary!;
        Assert.Equal((Targets, 0, Targets * TestCoordinator.Count), (summary.Up, summary.Unknown, summary.Sent));
        // Whoever brings the epoch of a lease that stands is believed.
        Assert.All(summary.Agents, agent => Assert.Contains(agent.Name, new[] { "honest", "other" }));
        Assert.False(answering.IsFaulted);
        await _honest.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

    [Theory]
    [InlineData("a round that is not running")]
    [InlineData("a lease of another store")]
    [InlineData("a lease that was never granted")]
    [InlineData("a shard that the round has not")]
    [InlineData("other targets")]
    [InlineData("a lease of another store, with columns of another round")]
    public async Task Batch_behind_which_no_lease_stands_is_acknowledged_and_forgotten(string what)
    {
        await using var other = await JoinWithoutEnginesAsync();
        var batch = Forge(what);

        await other.SendAsync(new AgentMessage { ResultBatch = batch });

        await AcknowledgedAsync(other, 1);
    }

    [Fact]
    public async Task Numbers_with_a_gap_end_the_session()
    {
        await using var other = await JoinWithoutEnginesAsync();
        await other.SendAsync(new AgentMessage { ResultBatch = Forge("a round that is not running") });
        await other.SendAsync(new AgentMessage { ResultBatch = Forge("a round that is not running", sequence: 7) });

        var end = await other.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Equal($"batch 7 (round 999, shard {_grant.Leases[0].Shard:x}): it follows batch 1; each number comes after the one before it", end.Detail);
    }

    [Fact]
    public async Task Numbers_that_begin_elsewhere_than_Hello_said_end_the_session()
    {
        await using var other = await JoinWithoutEnginesAsync();
        await other.SendAsync(new AgentMessage { ResultBatch = Forge("a round that is not running", sequence: ulong.MaxValue) });

        Assert.Contains("it follows batch 0; ", (await other.EndAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_batches_than_there_are_credits_end_the_session()
    {
        // The store takes nothing, so the first is not acknowledged, nor is what comes after it.
        _coordinator.Store.Trouble = "no space left for the test";
        await using var other = await JoinWithoutEnginesAsync();
        await other.SendAsync(new AgentMessage { ResultBatch = Forge("a lease that stands") });
        var end = other.EndAsync();
        var sending = SendFromAsync(other, first: 2, last: 1_025);

        Assert.Contains("it is one more than the 1024 that may be unacknowledged; batch 0 is the last", (await end).Detail, StringComparison.Ordinal);
        _coordinator.Store.Trouble = null;
        // The last may be refused while it is being written.
        Assert.True(await Record.ExceptionAsync(() => sending) is null or RpcException);
    }

    [Theory]
    [InlineData("sent")]
    [InlineData("received")]
    [InlineData("rtts")]
    [InlineData("none")]
    [InlineData("a reason for a target that there is not")]
    [InlineData("more answers than pings")]
    public async Task Columns_that_do_not_fit_end_the_session(string what)
    {
        await using var other = await JoinWithoutEnginesAsync();
        var batch = Forge("a lease that it has");
        Break(batch, what);
        await other.SendAsync(new AgentMessage { ResultBatch = batch });

        var end = await other.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.StartsWith($"batch 1 (round {batch.Round}, shard {batch.Shard:x}): ", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_kinds_fields_and_minor_versions_of_the_future_are_tolerated()
    {
        var hello = TestAgent.Hello("future");
        hello.ProtocolMinor = 99;
        hello.Engines.Clear();
        hello.Engines.Add((Engine)77);
        await using var other = await TestAgent.JoinAsync(_coordinator.Grpc, hello);

        // Field 1000 = 1: neither a field nor a kind of message that this version knows.
        await other.SendAsync(AgentMessage.Parser.ParseFrom([0xC0, 0x3E, 0x01]));
        await other.SendAsync(new AgentMessage { Heartbeat = Heartbeat.Parser.ParseFrom([0xC0, 0x3E, 0x01]) });
        await other.SendAsync(new AgentMessage { ResultBatch = Forge("a round that is not running") });

        await AcknowledgedAsync(other, 1);
    }

    [Theory]
    [InlineData("name", "two\nlines")]
    [InlineData("version", "\u001b[31m")]
    [InlineData("label", "a\0b")]
    [InlineData("name", "a\u2028b")]
    [InlineData("label", "berlin\u202Egpj")]
    [InlineData("version", null)]
    public async Task Hello_with_words_that_are_none_is_refused(string field, string? word)
    {
        var hello = TestAgent.Hello("a1");
        word ??= new string('v', 201);
        switch (field)
        {
            case "name":
                hello.Name = word;
                break;
            case "version":
                hello.Version = word;
                break;
            default:
                hello.Labels["site"] = word;
                break;
        }

        await using var other = TestAgent.Connect(_coordinator.Grpc);
        await other.SendAsync(new AgentMessage { Hello = hello });

        var end = await other.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.EndsWith("no control characters", end.Detail, StringComparison.Ordinal);
    }

    private async Task SendFromAsync(TestAgent agent, ulong first, ulong last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            await agent.SendAsync(new AgentMessage { ResultBatch = Forge("a round that is not running", sequence) });
        }
    }

    private Task<TestAgent> JoinWithoutEnginesAsync()
    {
        var hello = TestAgent.Hello("other");
        hello.Engines.Clear();
        return TestAgent.JoinAsync(_coordinator.Grpc, hello);
    }

    private ResultBatch Forge(string what, ulong sequence = 1)
    {
        var lease = _grant.Leases[0].Clone();
        var batch = TestAgent.Answered(_grant.Round, lease, targets: _honest.TargetsOf(lease), TestCoordinator.Count);
        batch.Sequence = sequence;
        switch (what)
        {
            case "a round that is not running":
                batch.Round = 999;
                break;
            case "a lease of another store":
                batch.Epoch = 7;
                break;
            case "a lease that was never granted":
                batch.Epoch += 1_000;
                break;
            case "a shard that the round has not":
                batch.Shard = ulong.MaxValue;
                break;
            case "other targets":
                batch.ContentHash ^= 1;
                break;
            case "a lease of another store, with columns of another round":
                batch.Epoch = 7;
                batch.Columns = new ResultColumns { Sent = { 9 }, Received = { 9 } };
                break;
        }

        return batch;
    }

    private static void Break(ResultBatch batch, string what)
    {
        var columns = batch.Columns;
        switch (what)
        {
            case "sent":
                columns.Sent.Add(1);
                break;
            case "received":
                columns.Received.Clear();
                break;
            case "rtts":
                columns.RttUs.RemoveAt(0);
                break;
            case "none":
                batch.Columns = null;
                break;
            case "more answers than pings":
                columns.Received[0] = uint.MaxValue;
                break;
            default:
                columns.Reasons.Add(new Reason { Target = 1_000_000, Kind = ReasonKind.Icmp });
                break;
        }
    }

    private static async Task AcknowledgedAsync(TestAgent agent, ulong sequence)
    {
        while ((await agent.ReceiveAsync(MessageOneofCase.BatchAck)).BatchAck.Sequence != sequence)
        {
        }
    }
}
