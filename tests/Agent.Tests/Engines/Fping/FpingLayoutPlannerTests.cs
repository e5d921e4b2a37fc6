using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingLayoutPlannerTests
{
    private static readonly Probe Auto = new();
    private static readonly Probe Pyfping = new() { Layout = FpingLayoutKind.Pyfping };

    [Fact]
    public void Pyfping_keeps_the_seeds_numbers()
    {
        var layout = FpingLayoutPlanner.Plan(Pyfping, 20_000, processors: 2);

        Assert.Equal((72, 500, TimeSpan.FromMilliseconds(4)), (layout.Workers, layout.FullBucket, layout.Interval));
    }

    [Fact]
    public void Pyfping_takes_what_the_probe_sets()
    {
        var probe = Pyfping with { Workers = 10, Bucket = 100, Interval = TimeSpan.FromMilliseconds(7) };

        var layout = FpingLayoutPlanner.Plan(probe, 20_000, processors: 2);

        Assert.Equal((10, 100, TimeSpan.FromMilliseconds(7)), (layout.Workers, layout.FullBucket, layout.Interval));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(999)]
    [InlineData(2_500)]
    [InlineData(20_000)]
    [InlineData(33_333)]
    [InlineData(1_000_000)]
    public void Auto_never_exceeds_the_rate_nor_fpings_limits(int rate)
    {
        foreach (var count in new[] { 1, 2, 5, 10, 1_000 })
        {
            var layout = FpingLayoutPlanner.Plan(Auto with { Count = count }, rate, processors: 2);

            Assert.True(layout.Workers / layout.Interval.TotalSeconds <= rate * 1.000_001, layout.Why);
            Assert.InRange(layout.FullBucket * count, 1, ProbeRules.FpingSequences);
            Assert.True(layout.Interval >= FpingLayoutPlanner.ShortestInterval, layout.Why);
            Assert.Equal(0, layout.Interval.Ticks % (TimeSpan.TicksPerMillisecond / 100));
            Assert.InRange(layout.WorthwhileBucket, 1, layout.FullBucket);
        }
    }

    [Fact]
    public void Auto_for_the_usual_rate_uses_few_processes()
    {
        var layout = FpingLayoutPlanner.Plan(Auto, 20_000, processors: 3);

        Assert.Equal((12, 3_333, TimeSpan.FromMilliseconds(0.6)), (layout.Workers, layout.FullBucket, layout.Interval));
        Assert.Equal(8, FpingLayoutPlanner.Plan(Auto, 20_000, processors: 2).Workers);
        Assert.Contains("12 workers x 3,333 targets at 0.6 ms for 20,000 pings/s", layout.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_keeps_set_workers_and_interval()
    {
        var workers = FpingLayoutPlanner.Plan(Auto with { Workers = 3 }, 3_000, processors: 2);
        var interval = FpingLayoutPlanner.Plan(Auto with { Interval = TimeSpan.FromMilliseconds(2) }, 3_000, processors: 2);

        Assert.Equal((3, TimeSpan.FromMilliseconds(1)), (workers.Workers, workers.Interval));
        Assert.Equal((6, TimeSpan.FromMilliseconds(2)), (interval.Workers, interval.Interval));
    }

    [Theory]
    [InlineData(FpingLayoutKind.Auto)]
    [InlineData(FpingLayoutKind.Pyfping)]
    public void Interval_of_zero_is_raised_to_what_fping_keeps(FpingLayoutKind kind)
    {
        var layout = FpingLayoutPlanner.Plan(Auto with { Layout = kind, Interval = TimeSpan.Zero }, 1_000_000, processors: 2);

        Assert.Equal(FpingLayoutPlanner.ShortestInterval, layout.Interval);
    }

    [Fact]
    public void One_worker_alone_stays_below_a_low_rate()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.1), FpingLayoutPlanner.Plan(Pyfping, 10, processors: 2).Interval);
    }

    [Theory]
    [InlineData(143, 72, 1)]
    [InlineData(250, 72, 2)]
    [InlineData(5_000, 72, 40)]
    [InlineData(36_000, 72, 72)]
    [InlineData(500, 1, 1)]
    [InlineData(501, 1, 2)]
    [InlineData(60_000, 10, 120)]
    public void Targets_are_cut_into_no_more_buckets_than_is_worthwhile(int targets, int freeWorkers, int expected) =>
        Assert.Equal(expected, FpingLayoutPlanner.Plan(Pyfping, 20_000, processors: 2).BucketsFor(targets, freeWorkers));

    [Theory]
    [InlineData(0, 1, 3_333)]
    [InlineData(0, 12, 39_996)]
    [InlineData(100_000, 2, 6_666)]
    [InlineData(24_000, 1, 2_000)]
    [InlineData(100, 1, 834)]
    [InlineData(100, 0, 0)]
    public void The_less_is_ready_the_less_is_taken(int ready, int freeWorkers, int expected) =>
        Assert.Equal(expected, FpingLayoutPlanner.Plan(Auto, 20_000, processors: 3).TargetsFor(freeWorkers, ready));
}
