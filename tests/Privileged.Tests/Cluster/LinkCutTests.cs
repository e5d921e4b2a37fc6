using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>The cable between an agent and its coordinator is pulled for a while; the one to the targets stays.</summary>
[Collection("Lost agents")]
public sealed class LinkCutTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public Task Cut_of_one_second_changes_nothing() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        await LabTrio.Start(cluster, "cut");

        await cluster.HostOf("cut").Cut(LabCable.Control, TimeSpan.FromSeconds(1));
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        await LabTrio.AssertProbedOnce(cluster, round);
        Assert.Single(cluster.Coordinator.Errors, line => line.Contains("Agent cut joined", StringComparison.Ordinal));
    });

    [Fact]
    public Task Agent_cut_off_for_ten_seconds_probes_on_is_replaced_and_comes_back() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var job = LabTrio.Job with { Targets = new AddressBlock("10.127.172.0", 24_000) };
        var agent = await LabTrio.Start(cluster, "cut", job);

        cluster.Enter("while it is cut off");
        var fault = cluster.Now;
        var cut = cluster.HostOf("cut").Cut(LabCable.Control, TimeSpan.FromSeconds(10));
        await cluster.LeasedAgain("cut", fault);
        var (sent, lost) = (await cluster.PingsOnTheWire("cut"), cluster.Now);
        await cut;

        cluster.Enter("after it is plugged in again");
        var back = cluster.Now;
        Assert.InRange(await cluster.PingsOnTheWire("cut") - sent, 2 * LabTrio.MaxRate, long.MaxValue);
        Assert.NotEmpty(cluster.SpoolOf("cut"));
        await cluster.JoinsAgain("cut", lost, back);
        var round = await cluster.Finish();

        round.AssertWhole(job);
        Assert.Equal(0, await agent.WaitForExit(Patience));
        Assert.Empty(cluster.SpoolOf("cut"));
    });
}
