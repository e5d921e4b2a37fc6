using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>Agents that are slower than they say, late, or there for a moment only: the others do the work.</summary>
[Collection("Slow agents")]
public sealed class UnevenAgentTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What two agents need alone is 15 s; for what it is given at first the slowest would take three minutes.
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(LabTrio.MaxRate, 50, 450)]
    [InlineData(100 * LabTrio.MaxRate, 10, 990)]
    public Task Agent_slower_than_it_says_keeps_what_it_has_begun_and_the_others_take_the_rest(int announced, int runsMs, int standsMs) =>
        LabCluster.Play(agents: 3, output, async cluster =>
        {
            var job = LabTrio.Job with { Bucket = 100 };
            cluster.StartCoordinator(job, waitAgents: 3);
            var slow = cluster.StartAgent("slow", announced);
            await slow.WaitForLine(line => line.Contains("Connected to coordinator", StringComparison.Ordinal), Patience);
            cluster.Starve("slow", TimeSpan.FromMilliseconds(runsMs), TimeSpan.FromMilliseconds(standsMs));
            cluster.StartAgent("b", LabTrio.MaxRate);
            cluster.StartAgent("c", LabTrio.MaxRate);

            var round = await cluster.Finish();

            round.AssertWhole(job);
            output.WriteLine($"{round.Summary.DurationS:F1} s, of {job.Targets.Count} targets {round.RowsOf("slow").Count} by the slow agent");
            Assert.InRange(round.Summary.DurationS, 0, LongestRound.TotalSeconds);
        });

    [Fact]
    public Task Late_agent_takes_over_shards_that_are_not_begun() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        cluster.StartCoordinator(LabTrio.Job, waitAgents: 2);
        cluster.StartAgent("a", LabTrio.MaxRate);
        var last = cluster.StartAgent("b", LabTrio.MaxRate);
        await last.WaitForLine(line => line.Contains("of job lab begins", StringComparison.Ordinal), Patience);

        cluster.Enter("after the third came");
        cluster.StartAgent("late", LabTrio.MaxRate);
        var round = await cluster.Finish();

        round.AssertWhole(LabTrio.Job);
        Assert.NotEmpty(round.RowsOf("late"));
        await LabTrio.AssertProbedOnce(cluster, round);
    });

    [Fact]
    public Task Agent_that_joins_and_dies_every_second_holds_nobody_up() => LabCluster.Play(agents: 3, output, async cluster =>
    {
        var job = LabTrio.Job with { Targets = new AddressBlock("10.127.172.0", 24_000) };
        cluster.StartCoordinator(job, waitAgents: 2);
        cluster.StartAgent("a", LabTrio.MaxRate);
        var steady = cluster.StartAgent("b", LabTrio.MaxRate);
        await steady.WaitForLine(line => line.Contains("of job lab begins", StringComparison.Ordinal), Patience);

        cluster.Enter("while it comes and goes");
        var began = TimeProvider.System.GetTimestamp();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        var joins = 0;
        for (; TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20); joins++)
        {
            var flapping = cluster.StartAgent("flapping", LabTrio.MaxRate, "--engine", "raw");
            await flapping.WaitForLine(line => line.Contains("Connected to coordinator", StringComparison.Ordinal), Patience);
            await second.WaitForNextTickAsync();
            flapping.Kill9();
            await flapping.WaitForExit(Patience);
        }

        cluster.Enter("after it is gone for good");
        var round = await cluster.Finish();

        round.AssertWhole(job);
        output.WriteLine($"{joins} joins, {round.Summary.DurationS:F1} s");
        // Two agents alone need 30 s; a machine that is busy with other things gets three times that.
        Assert.InRange(round.Summary.DurationS, 0, 90);
    });
}
