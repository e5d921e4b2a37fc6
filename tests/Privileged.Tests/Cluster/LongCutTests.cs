using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>An agent that alone may probe a job is cut off from its coordinator for five minutes, beside another that works all the time.</summary>
[Collection("Waits for minutes")]
public sealed class LongCutTests(ITestOutputHelper output)
{
    private const int MaxRate = 200;

    private static readonly TimeSpan Cut = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A minute's work, of which the agent holds half at a time.
    private static readonly LabJob Far = new(new AddressBlock("10.127.247.0", 2_400)) { Name = "far", Site = "far", Bucket = 50, Every = "20m" };

    private static readonly LabJob Near = new(new AddressBlock("10.127.255.0", 280)) { Name = "near", Site = "near", Every = "30s" };

    [Fact]
    public Task Results_of_five_minutes_alone_are_neither_lost_nor_doubled() => LabCluster.Play(agents: 2, output, async cluster =>
    {
        cluster.StartService(Far, Near);
        var agent = cluster.StartAgent("far", MaxRate, "--label", "site=far");
        cluster.StartAgent("near", MaxRate, "--label", "site=near");
        await agent.WaitForLine(line => line.Contains("of job far begins", StringComparison.Ordinal), Patience);

        cluster.Enter("while it is cut off");
        var fault = cluster.Now;
        var cut = cluster.HostOf("far").Cut(LabCable.Control, Cut);
        await cluster.CoordinatorSays("Agent far was not heard", fault.Line);
        await Wait.Until(() => cluster.SpoolOf("far").Count > 0, Patience, "results in its spool");
        var lost = cluster.Now;
        await cut;

        cluster.Enter("after it is plugged in again");
        await cluster.JoinsAgain("far", lost, cluster.Now);
        var round = await cluster.FirstRoundOf(Far);

        round.AssertWhole(Far);
        Assert.Empty(cluster.SpoolOf("far"));
        // Nothing that it had probed was probed again: self-tests are all there is beside.
        Assert.InRange(await cluster.PingsOnTheWire("far") - round.Summary.Sent, 0, Far.Bucket * Far.Count / 2);
        var undisturbed = await cluster.ClosedRounds(Near);
        Assert.InRange(undisturbed.Count, (int)(Cut / TimeSpan.FromSeconds(30)), int.MaxValue);
        Assert.All(undisturbed, other => Assert.Equal((Near.Targets.Count, 0), (other.Targets, other.Unknown)));
    });
}
