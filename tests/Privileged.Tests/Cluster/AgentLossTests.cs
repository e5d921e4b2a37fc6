using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>An agent dies, stands still or cannot be reached in the middle of a round: its shards are leased to others within five seconds.</summary>
[Collection("Lost agents")]
public sealed class AgentLossTests(ITestOutputHelper output)
{
    [Fact]
    public Task Killed_agents_shards_are_probed_by_the_others() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var killed = await LabTrio.Start(cluster, "killed");

        cluster.Enter("after the kill");
        var fault = cluster.Now;
        killed.Kill9();
        await cluster.LeasedAgain("killed", fault);
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        Assert.NotEmpty(round.RowsOf("killed"));
    });

    [Fact]
    public Task Frozen_agent_that_wakes_after_its_leases_changes_nothing() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var frozen = await LabTrio.Start(cluster, "frozen");

        cluster.Enter("while it is frozen");
        var fault = cluster.Now;
        frozen.Freeze();
        await cluster.LeasedAgain("frozen", fault);

        cluster.Enter("after it woke");
        var woke = cluster.Now;
        frozen.Thaw();
        await cluster.JoinsAgain("frozen", woke, woke);
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        // It had pinged shards that count for others now.
        var counted = round.RowsOf("frozen").Sum(row => row.Sent);
        Assert.InRange(await cluster.PingsOnTheWire("frozen") - counted, LabTrio.Job.Count * 100, long.MaxValue);
    });

    [Fact]
    public Task Agent_behind_a_half_open_connection_is_lost_and_comes_back_when_packets_pass_again() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var mute = await LabTrio.Start(cluster, "mute");

        cluster.Enter("while its packets are dropped in silence");
        var fault = cluster.Now;
        await cluster.HostOf("mute").Blackhole(LabCable.Control);
        await cluster.LeasedAgain("mute", fault);
        await mute.WaitForLine(line => line.Contains("nothing heard for 3 s; probing goes on", StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        cluster.Enter("after they pass again");
        var lost = cluster.Now;
        await cluster.HostOf("mute").Restore(LabCable.Control);
        await cluster.JoinsAgain("mute", lost, cluster.Now);
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        Assert.Equal(0, await mute.WaitForExit(TimeSpan.FromSeconds(20)));
    });
}
