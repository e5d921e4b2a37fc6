using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingPaceTests
{
    private readonly RateLimit _limit = new(10_000);
    private readonly FpingPace _pace;

    public FpingPaceTests() => _pace = new FpingPace(_limit);

    [Fact]
    public void Processes_start_until_the_layouts_workers_run()
    {
        var slots = StartAll();

        Assert.Equal(6, slots.Count);
        Assert.InRange(slots.Sum(slot => slot.PingsPerSecond), 9_900, 10_000.01);
    }

    [Fact]
    public void Lowered_limit_lets_nothing_start_until_enough_have_ended()
    {
        var slots = StartAll();
        _limit.SetBudget(5_000);

        Assert.Null(_pace.TryStart(Plan()));
        slots.ForEach(_pace.Ended);

        Assert.InRange(StartAll().Sum(slot => slot.PingsPerSecond), 4_900, 5_000.01);
    }

    [Fact]
    public void Lowered_limit_is_kept_when_the_processes_of_the_higher_one_have_ended()
    {
        _limit.SetBudget(10_000, serial: 1);
        var slots = StartAll();
        _limit.SetBudget(5_000, serial: 2);
        Assert.Equal(1ul, _limit.KeptSerial);

        foreach (var slot in slots.Take(3))
        {
            _pace.Ended(slot);
        }

        Assert.Equal(2ul, _limit.KeptSerial);
    }

    [Fact]
    public void Seeds_workers_wait_when_the_limit_allows_fewer()
    {
        var slots = StartAll(new Probe { Layout = FpingLayoutKind.Pyfping });

        Assert.Equal(10_000 / 250, slots.Count);
    }

    [Fact]
    public void Drops_slow_every_further_process_once_per_pace()
    {
        var slots = StartAll();

        slots.ForEach(_pace.Dropped);

        Assert.Equal(7_500, _pace.PingsPerSecond);
        slots.ForEach(_pace.Ended);
        Assert.InRange(StartAll().Sum(slot => slot.PingsPerSecond), 7_400, 7_500.01);
    }

    [Fact]
    public void Clean_buckets_bring_the_rate_back_step_by_step()
    {
        _pace.Dropped(StartAll()[0]);

        _pace.Clean();
        Assert.Equal(8_000, _pace.PingsPerSecond);
        for (var i = 0; i < 10; i++)
        {
            _pace.Clean();
        }

        Assert.Equal(10_000, _pace.PingsPerSecond);
    }

    [Fact]
    public void Endless_drops_leave_an_eighth_of_the_rate()
    {
        for (var i = 0; i < 50; i++)
        {
            var slot = Assert.IsType<FpingSlot>(_pace.TryStart(Plan()));
            _pace.Dropped(slot);
            _pace.Ended(slot);
        }

        Assert.Equal(1_250, _pace.PingsPerSecond);
    }

    [Fact]
    public void Processes_go_slower_for_a_prefix_that_many_targets_are_of()
    {
        _limit.SetBudget(10_000, perPrefix: new PrefixRate(24, 48, 60));
        var layout = Plan();
        var dense = Bucket(Enumerable.Range(0, 100).Select(i => $"10.0.0.{i}").Concat(Enumerable.Range(0, 900).Select(i => $"10.1.{i / 4}.{i % 4}")));

        var slots = StartAll(bucket: dense);

        // Each of the workers has a sixth: ten pings a second to the hundred targets of the /24, so ten seconds a pass.
        Assert.Equal(layout.Workers, slots.Count);
        Assert.All(slots, slot => Assert.Equal(10, slot.Interval.TotalSeconds * 1_000, tolerance: 0.1));
    }

    [Fact]
    public void Process_whose_targets_are_scattered_goes_as_fast_as_ever()
    {
        var layout = Plan();
        var scattered = Bucket(Enumerable.Range(0, 250).Select(i => $"10.1.{i}.1"));
        var free = _pace.TryStart(layout, scattered)!.Value;
        _pace.Ended(free);
        _limit.SetBudget(10_000, perPrefix: new PrefixRate(24, 48, 60));

        Assert.Equal(free.Interval, _pace.TryStart(layout, scattered)!.Value.Interval);
    }

    private static FpingBucket Bucket(IEnumerable<string> targets)
    {
        var shard = Shards.Of([.. targets.Select(TargetAddress.Parse)], new Probe());
        return Assert.Single(FpingBucketCutter.Cut([shard], new FpingLayout(FpingLayoutKind.Auto, 1, 10_000, 10_000, TimeSpan.FromMilliseconds(1), ""), freeWorkers: 1));
    }

    private FpingLayout Plan(Probe? probe = null) => FpingLayoutPlanner.Plan(probe ?? new Probe(), _limit.PingsPerSecond, processors: 2);

    private List<FpingSlot> StartAll(Probe? probe = null, FpingBucket? bucket = null)
    {
        var slots = new List<FpingSlot>();
        while (_pace.TryStart(Plan(probe), bucket) is { } slot)
        {
            slots.Add(slot);
        }

        return slots;
    }
}
