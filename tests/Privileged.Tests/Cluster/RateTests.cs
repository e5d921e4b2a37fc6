using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>The limits of a cluster on the wire, while agents come and go: the kernel's counters, whatever the programs say of themselves.</summary>
public sealed class RateTests(ITestOutputHelper output)
{
    private const int Rate = 3_000;
    private const int PerAgent = 1_250;

    /// <summary>A pacer makes up for 5 ms in which its thread stood still, and what waited in a queue arrives together.</summary>
    private const double Tolerance = 1.02;

    /// <summary>What is not used proves nothing; a busy machine does not reach all of it.</summary>
    private const double Used = 0.85;

    private static readonly LabJob Job = new(new AddressBlock("10.40.0.0", 20_000));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Neither_the_cluster_nor_an_agent_is_ever_above_its_rate_while_one_joins_one_dies_and_one_drains() => LabCluster.Play(agents: 4, output, async cluster =>
    {
        string[] names = ["a", "b", "killed", "drained"];
        await using var wire = await cluster.MeterWire();
        cluster.StartCoordinator(Job, waitAgents: 2, limits: $"rate: {Rate}, per_agent: {PerAgent}");
        cluster.StartAgent("a", maxRate: 20_000);
        cluster.StartAgent("b", maxRate: 20_000);
        await wire.Pass(WireMeter.All, 2 * 2 * PerAgent);

        cluster.Enter("after the third and the fourth came");
        var killed = cluster.StartAgent("killed", maxRate: 20_000);
        await wire.Pass(cluster.WireOf("killed"), PerAgent);
        var drained = cluster.StartAgent("drained", maxRate: 20_000);
        await wire.Pass(cluster.WireOf("drained"), PerAgent);

        cluster.Enter("after the kill");
        killed.Kill9();
        await cluster.CoordinatorSays("Agent killed was not heard");
        await wire.Pass(WireMeter.All, Rate);

        cluster.Enter("while one drains");
        drained.Terminate();
        Assert.Equal(0, await drained.WaitForExit(Patience));
        var round = await cluster.Finish();

        round.AssertWhole(Job);
        output.WriteLine($"most in a second: all {wire.MostInASecond(WireMeter.All)}, {string.Join(", ", names.Select(name => $"{name} {wire.MostInASecond(cluster.WireOf(name))}"))}");
        Assert.InRange(wire.MostInASecond(WireMeter.All), Used * Rate, Tolerance * Rate);
        Assert.InRange(wire.MostInASecond(cluster.WireOf("a")), Used * PerAgent, Tolerance * PerAgent);
        Assert.All(names, name => Assert.InRange(wire.MostInASecond(cluster.WireOf(name)), 1, Tolerance * PerAgent));
    });

    [Fact]
    public Task No_prefix_ever_gets_more_than_its_rate_from_all_agents_together() => LabCluster.Play(agents: 2, output, async cluster =>
    {
        const int PerPrefix = 20;
        // Of twenty networks one answers, so that what the router receives is what went there. By the cluster's rate alone it would get 16 a second on average, give or take 4.
        var job = new LabJob(new AddressBlock("10.127.255.192", 20 * 64)) { Count = 3 };
        await using var wire = await cluster.MeterWire();
        cluster.StartCoordinator(job, waitAgents: 2, limits: $"per_prefix: {{ ipv4: 26, rate: {PerPrefix} }}");
        cluster.StartAgent("a", maxRate: 20_000);
        cluster.StartAgent("b", maxRate: 20_000);
        var round = await cluster.Finish();

        round.AssertWhole(job);
        output.WriteLine($"most in a second to the prefix: {wire.MostInASecond(WireMeter.All)}");
        // Each agent is as even as its clock; two pings of two agents may come at once.
        Assert.InRange(wire.MostInASecond(WireMeter.All), 0.6 * PerPrefix, PerPrefix + 2);
    });

    [Fact]
    public Task An_agent_never_exceeds_its_own_rate_with_two_engines_at_once_whatever_the_coordinator_allows() => LabCluster.Play(agents: 1, output, async cluster =>
    {
        const int MaxRate = 800;
        var raw = new LabJob(new AddressBlock("10.40.0.0", 1_000)) { Name = "raw" };
        var fping = new LabJob(new AddressBlock("10.41.0.0", 1_000)) { Name = "fping", Engine = "fping" };
        await using var wire = await cluster.MeterWire();
        cluster.StartService(raw, fping);
        cluster.StartAgent("both", MaxRate);
        foreach (var job in new[] { raw, fping })
        {
            (await cluster.FirstRoundOf(job)).AssertWhole(job);
        }

        output.WriteLine($"most in a second: {wire.MostInASecond(cluster.WireOf("both"))}");
        Assert.InRange(wire.MostInASecond(cluster.WireOf("both")), Used * MaxRate, Tolerance * MaxRate);
    });
}
