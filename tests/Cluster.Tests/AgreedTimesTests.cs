using FpingCluster.Agent.Cli;
using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Cluster.Tests;

/// <summary>Times of which each side keeps its own and the other relies on.</summary>
public sealed class AgreedTimesTests
{
    [Fact]
    public void Agent_without_a_coordinator_tries_again_well_within_the_grace() =>
        Assert.True(AgentRuntime.LongestWait <= new ClusterOptions().Grace * 0.7);
}
