using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>One fault at a time, five pings each.</summary>
public sealed class AgentFaultTests(ITestOutputHelper output)
{
    private const int Count = 5;
    private const int MaxRate = 8_000;
    private const int ShardPings = 500 * Count;

    private static readonly AddressBlock Targets = new("10.32.0.0", 60_000);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Killed_agents_shards_are_probed_by_the_others() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var killed = StartThree(cluster, "killed");
        await cluster.WaitForProgress(percent: 1);

        cluster.Enter("after the kill");
        killed.Kill9();
        await cluster.CoordinatorSays("Agent killed was not heard");
        var round = await cluster.Finish();

        round.AssertWhole(Targets, Count);
        Assert.NotEmpty(round.RowsOf("killed"));
    });

    [Fact]
    public Task Frozen_agent_that_wakes_after_its_leases_changes_nothing() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var frozen = StartThree(cluster, "frozen");
        await cluster.WaitForProgress(percent: 1);

        cluster.Enter("while it is frozen");
        frozen.Freeze();
        await cluster.CoordinatorSays("Agent frozen was not heard");
        var before = cluster.Coordinator.LineCount;

        cluster.Enter("after it woke");
        frozen.Thaw();
        await cluster.CoordinatorSays("Agent frozen joined", from: before);
        var round = await cluster.Finish();

        round.AssertWhole(Targets, Count);
        // It had pinged shards that count for others now.
        var counted = round.RowsOf("frozen").Sum(row => row.Sent);
        Assert.InRange(await cluster.PingsOnTheWire("frozen") - counted, ShardPings, long.MaxValue);
    });

    [Fact]
    public Task Late_agent_takes_over_shards_that_are_not_begun() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        cluster.StartCoordinator(Targets, Count, waitAgents: 2);
        cluster.StartAgent("a", MaxRate);
        await Probing(cluster.StartAgent("b", MaxRate));

        cluster.Enter("after the third came");
        cluster.StartAgent("late", MaxRate);
        var round = await cluster.Finish();

        round.AssertWhole(Targets, Count);
        Assert.NotEmpty(round.RowsOf("late"));
    });

    [Fact]
    public Task Draining_agent_leaves_nothing_undone_and_nothing_done_twice() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var leaving = StartThree(cluster, "leaving");
        await Probing(leaving);

        cluster.Enter("while it drains");
        leaving.Terminate();
        Assert.Equal(0, await leaving.WaitForExit(Patience));
        var round = await cluster.Finish();

        round.AssertWhole(Targets, Count);
        Assert.NotEmpty(round.RowsOf("leaving"));
        var onTheWire = await cluster.PingsOnTheWire("leaving") + await cluster.PingsOnTheWire("b") + await cluster.PingsOnTheWire("c");
        output.WriteLine($"{onTheWire - round.Summary.Sent} pings more on the wire than reported");
        // Self-tests and what was probed again after local drops; a shard probed twice would be more.
        Assert.InRange(onTheWire - round.Summary.Sent, 0, ShardPings - 1);
    });

    [Fact]
    public Task Agent_told_twice_to_leave_is_gone_at_once() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var leaving = StartThree(cluster, "leaving");
        await Probing(leaving);
        leaving.Terminate();
        await leaving.WaitForLine(line => line.Contains("ask a second time", StringComparison.Ordinal), Patience);
        Assert.False(leaving.HasExited);

        cluster.Enter("after the second signal");
        var asked = TimeProvider.System.GetTimestamp();
        leaving.Terminate();
        Assert.Equal(1, await leaving.WaitForExit(Patience));
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 5);
        var round = await cluster.Finish();

        round.AssertWhole(Targets, Count);
    });

    // Told when the first process is about to start.
    private static Task<string> Probing(LabProcess agent) => agent.WaitForLine(line => line.Contains("fping layout", StringComparison.Ordinal), Patience);

    private static LabProcess StartThree(LabCluster cluster, string first)
    {
        cluster.StartCoordinator(Targets, Count, waitAgents: 3);
        var process = cluster.StartAgent(first, MaxRate);
        cluster.StartAgent("b", MaxRate);
        cluster.StartAgent("c", MaxRate);
        return process;
    }
}
