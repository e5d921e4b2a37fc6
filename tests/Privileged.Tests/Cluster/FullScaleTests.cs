using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>600,000 targets, one ping each, so that a run takes half a minute.</summary>
public sealed class FullScaleTests(ITestOutputHelper output)
{
    private const int MaxRate = 8_000;

    private static readonly LabJob Job = new(new AddressBlock("10.0.0.0", 600_000)) { Count = 1 };

    [Fact]
    public Task Round_of_three_agents_has_every_target_once() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        cluster.StartCoordinator(Job, waitAgents: 3);
        foreach (var name in new[] { "a", "b", "c" })
        {
            cluster.StartAgent(name, MaxRate);
        }

        var round = await cluster.Finish();

        round.AssertWhole(Job);
        Assert.All(round.Summary.Agents, agent => Assert.InRange(agent.Targets, Job.Targets.Count / 4, Job.Targets.Count / 2));
    });

    [Fact]
    public Task Round_has_every_target_once_though_one_agent_is_killed_one_frozen_and_one_late() => LabCluster.Play(agents: 4, output, async cluster =>
    {
        cluster.StartCoordinator(Job, waitAgents: 3);
        var killed = cluster.StartAgent("killed", MaxRate);
        var frozen = cluster.StartAgent("frozen", MaxRate);
        cluster.StartAgent("steady", MaxRate);

        cluster.Enter("until a fifth is done");
        await cluster.WaitForProgress(percent: 20);
        killed.Kill9();
        frozen.Freeze();
        cluster.StartAgent("late", MaxRate);

        cluster.Enter("until both are given up");
        await cluster.CoordinatorSays("Agent killed was not heard");
        await cluster.CoordinatorSays("Agent frozen was not heard");

        cluster.Enter("after the frozen agent woke");
        frozen.Thaw();
        var round = await cluster.Finish();

        round.AssertWhole(Job);
        Assert.NotEmpty(round.RowsOf("killed"));
        Assert.NotEmpty(round.RowsOf("late"));
    });
}
