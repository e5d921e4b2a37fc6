using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>An agent is asked to leave in the middle of a round.</summary>
[Collection("Lost agents")]
public sealed class AgentDrainTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Agent_told_by_a_signal_leaves_nothing_undone_and_nothing_done_twice() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var leaving = await LabTrio.Start(cluster, "leaving");

        cluster.Enter("while it drains");
        await Leaves(leaving, () => { leaving.Terminate(); return Task.CompletedTask; });
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        Assert.NotEmpty(round.RowsOf("leaving"));
        await LabTrio.AssertProbedOnce(cluster, round);
    });

    [Fact]
    public Task Agent_told_by_an_operator_leaves_nothing_undone_and_nothing_done_twice() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        cluster.StartService(LabTrio.Job);
        var leaving = LabTrio.StartAgents(cluster, "leaving");
        await leaving.WaitForLine(line => line.Contains("of job lab begins", StringComparison.Ordinal), Patience);

        cluster.Enter("while it drains");
        await Leaves(leaving, () => cluster.Ask("agents", "drain", "leaving"));
        var round = await cluster.FirstRoundOf(LabTrio.Job);

        round.AssertWhole(LabTrio.Job);
        Assert.NotEmpty(round.RowsOf("leaving"));
        await LabTrio.AssertProbedOnce(cluster, round);
    });

    [Fact]
    public Task Agent_told_twice_to_leave_is_gone_at_once() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var leaving = await LabTrio.Start(cluster, "leaving");
        leaving.Terminate();
        await leaving.WaitForLine(line => line.Contains("ask a second time", StringComparison.Ordinal), Patience);
        Assert.False(leaving.HasExited);

        cluster.Enter("after the second signal");
        var asked = TimeProvider.System.GetTimestamp();
        leaving.Terminate();
        Assert.Equal(1, await leaving.WaitForExit(Patience));
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 5);
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
    });

    private async Task Leaves(LabProcess agent, Func<Task> ask)
    {
        var asked = TimeProvider.System.GetTimestamp();
        await ask();
        Assert.Equal(0, await agent.WaitForExit(Patience));
        output.WriteLine($"gone {TimeProvider.System.GetElapsedTime(asked).TotalSeconds:F2} s after it was asked");
    }
}
