using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>A machine is cloned with the agent on it.</summary>
[Collection("Lost agents")]
public sealed class ClonedAgentTests(ITestOutputHelper output)
{
    [Fact]
    public Task Clone_is_told_so_and_probes_as_an_agent_of_its_own() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        cluster.StartCoordinator(LabTrio.Job, waitAgents: 3);
        cluster.StartAgent("original", LabTrio.MaxRate);
        cluster.StartAgent("b", LabTrio.MaxRate);
        await cluster.CoordinatorSays("Agent original joined");

        cluster.Enter("with the clone");
        cluster.CopyIdentity("original", "clone");
        var clone = cluster.StartAgent("clone", LabTrio.MaxRate);
        await clone.WaitForLine(line => line.Contains("another agent with this identity is connected ('original', ", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        // It begins with three agents: the clone is one.
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        Assert.NotEmpty(round.RowsOf("original"));
        Assert.NotEmpty(round.RowsOf("clone"));
        await LabTrio.AssertProbedOnce(cluster, round);
    });
}
