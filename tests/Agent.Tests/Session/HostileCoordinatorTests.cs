using FpingCluster.Agent.Tests.Engines;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>A whole agent whose coordinator sends garbage, absurd times, leases or shards: told in words, and the agent tries again or ends, as its kind of trouble asks for.</summary>
public sealed class HostileCoordinatorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Bytes_that_are_no_message_are_told_and_tried_again()
    {
        await using var coordinator = await GarblingCoordinator.StartAsync(GarblingCoordinator.Message([0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Warning", "it sends messages that are not of this protocol", "trying again");
        await agent.Log.FindAsync("Debug", "it sends messages that are not of this protocol", "trying again");
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(int.MaxValue)]
    public async Task Message_that_claims_gigabytes_is_refused_before_there_is_room_for_it(uint claimed)
    {
        await using var coordinator = await GarblingCoordinator.StartAsync(GarblingCoordinator.Message(new byte[10], claimed));
        var before = GC.GetTotalAllocatedBytes();
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync(claimed > int.MaxValue ? "Warning" : "Error", coordinator.Url.ToString());

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 30);
    }

    [Fact]
    public async Task Field_that_claims_gigabytes_is_told_and_tried_again()
    {
        // ShardContent with addresses of 2 GB.
        byte[] content = [0x12, 0x06, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        await using var coordinator = await GarblingCoordinator.StartAsync(
            [.. GarblingCoordinator.Message(CoordinatorMessages.Welcome().ToByteArray()), .. GarblingCoordinator.Message(content)]);
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Warning", "it sends messages that are not of this protocol");
    }

    [Theory]
    [InlineData(uint.MaxValue, 500)]
    [InlineData(3_000, uint.MaxValue)]
    [InlineData(0, 500)]
    public async Task Welcome_with_absurd_times_is_told_and_tried_again(uint timeoutMs, uint heartbeatMs)
    {
        await using var coordinator = await GarblingCoordinator.StartAsync(
            GarblingCoordinator.Message(CoordinatorMessages.Welcome(timeoutMs: timeoutMs, heartbeatMs: heartbeatMs).ToByteArray()));
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Warning", $"it breaks the protocol: a Welcome with a session timeout of {timeoutMs} ms and a heartbeat interval of {heartbeatMs} ms; both are 1 to 3600000");
    }

    [Fact]
    public async Task Leases_of_rounds_contents_and_engines_that_there_are_not_go_back_and_the_sound_ones_are_probed()
    {
        var absurd = CoordinatorMessages.RoundStart(round: 8);
        absurd.RoundStart.Probe = new ProbeSettings { Engine = "quantum", Count = uint.MaxValue, PeriodUs = uint.MaxValue, SizeBytes = uint.MaxValue, Bucket = uint.MaxValue };
        List<LeaseReturn> returned = [];
        ResultBatch? batch = null;
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(absurd);
            await session.SayAsync(GrantOf(round: 8, shard: 1), GrantOf(round: 99, shard: 2), GrantOf(round: -1, shard: ulong.MaxValue));
            await session.SayAsync(CoordinatorMessages.RoundStart(), GrantOf(round: 7, shard: 3));
            for (var i = 0; i < 4; i++)
            {
                returned.Add((await session.HearAsync(AgentMessage.MessageOneofCase.LeaseReturn)).LeaseReturn);
            }

            await session.SayAsync(CoordinatorMessages.WholeRound(5));
            batch = await session.HearBatchAsync();
            await session.SayAsync(CoordinatorMessages.Ack(batch.Sequence), CoordinatorMessages.Drain());
            while (await session.HearAsync() is not null)
            {
            }
        });
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        Assert.Equal(ExitCode.Done, await agent.ExitCodeAsync());
        Assert.Equal([-1L, 7, 8, 99], returned.Select(lease => lease.Round).Order());
        Assert.Equal(5ul, batch!.Shard);
        await agent.Log.FindAsync("Error", "Round 8 of job iot asks for what this agent cannot do", "engine is 'quantum'");
    }

    [Fact]
    public async Task Ack_of_what_was_never_sent_and_content_with_another_hash_end_the_session_and_not_the_agent()
    {
        var sessions = 0;
        var strange = CoordinatorMessages.Content(1);
        strange.ShardContent.ContentHash ^= 1;
        await using var coordinator = await ScriptedCoordinator.StartAsync(async session =>
        {
            await session.WelcomeAsync();
            await session.SayAsync(Interlocked.Increment(ref sessions) == 1 ? CoordinatorMessages.Ack(77) : strange);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, session.Aborted).WaitAsync(Patience);
        });
        await using var agent = new AgentUnderTest(new FakeEngine(), coordinator.Url);

        await agent.Log.FindAsync("Warning", "it breaks the protocol: an ack of batch 77, which was never sent");
        await agent.Log.FindAsync("Warning", "it breaks the protocol: a shard's content named ");
    }

    private static CoordinatorMessage GrantOf(long round, ulong shard) =>
        new() { LeaseGrant = new LeaseGrant { Round = round, Leases = { new ShardLease { Shard = shard, Epoch = 1, ContentHash = 12_345 } } } };
}
