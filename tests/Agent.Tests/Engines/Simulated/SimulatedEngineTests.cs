using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Engines.Simulated;

public class SimulatedEngineTests
{
    private static readonly Probe Probe = new() { Count = 3, Period = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(50), Bucket = 100 };

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task Instant_engine_reports_every_shard_with_exactly_its_targets()
    {
        await Engine(new SimulationSettings { TakesTime = false }).RunAsync(Source(1050), _sink, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 11).Select(shard => (ulong)shard), _sink.Results.Select(entry => entry.Assignment.Lease.Shard.Value));
        Assert.All(_sink.Results, entry => Assert.Null(entry.Result.FindDefect(entry.Assignment.Targets.Length, Probe.Count)));
        Assert.Equal(1050, _sink.Results.Sum(entry => entry.Result.TargetCount));
        Assert.Equal(1050 * 3, _sink.Sent);
        Assert.Equal(_sink.Results.Sum(entry => entry.Result.Received.Sum(received => (long)received)), _sink.Received);
    }

    [Fact]
    public async Task Unreachable_target_is_down_and_its_router_says_why()
    {
        await Engine(new SimulationSettings { TakesTime = false, Dead = 0, Unreachable = 100 }).RunAsync(Source(2), _sink, CancellationToken.None);
        var result = Assert.Single(_sink.Results).Result;
        Assert.Equal([0, 1], result.Reasons.Select(reason => reason.Target));
        Assert.All(result.Reasons, reason => Assert.Equal((3 * 256 + 1, TargetAddress.Parse("10.0.0.1")), (reason.Detail, reason.Source)));
        Assert.All(result.Received, received => Assert.Equal(0, received));
    }

    [Fact]
    public async Task Reply_later_than_the_timeout_is_lost()
    {
        await Engine(new SimulationSettings { TakesTime = false, Dead = 0, Rtt = 60_000 }).RunAsync(Source(100), _sink, CancellationToken.None);
        Assert.Equal((300L, 0L), (_sink.Sent, _sink.Received));
    }

    [Fact]
    public async Task Paced_engine_takes_the_time_that_the_rate_allows()
    {
        var running = Engine(new SimulationSettings(), rate: 1000).RunAsync(Source(1000), _sink, CancellationToken.None);
        await AdvanceUntilAsync(() => running.IsCompleted);
        await running;
        Assert.Equal(1000, _sink.Results.Sum(entry => entry.Result.TargetCount));
        Assert.InRange(_time.GetElapsedTime(0), TimeSpan.FromSeconds(3.05), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Paced_engine_reports_a_shard_not_before_its_last_timeout()
    {
        var running = Engine(new SimulationSettings(), rate: 100_000).RunAsync(Source(100), _sink, CancellationToken.None);
        await AdvanceUntilAsync(() => !_sink.Results.IsEmpty);
        Assert.InRange(_time.GetElapsedTime(0), TimeSpan.FromMilliseconds(250), TimeSpan.MaxValue);
        await AdvanceUntilAsync(() => running.IsCompleted);
        await running;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_engine_ends_at_once_without_reporting_what_it_holds(bool takesTime)
    {
        using var stopping = new CancellationTokenSource();
        var running = Engine(new SimulationSettings { TakesTime = takesTime }, rate: 1000).RunAsync(new NeverReadySource(), _sink, stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(_sink.Results);
    }

    [Fact]
    public async Task Cancelled_engine_does_not_wait_for_shards_under_way()
    {
        using var stopping = new CancellationTokenSource();
        var running = Engine(new SimulationSettings(), rate: 1000).RunAsync(Source(1000), _sink, stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(_sink.Results);
    }

    private static LocalShardSource Source(int targets) => new(
        TargetList.FromAddresses(Enumerable.Range(0, targets).Select(i => TargetAddress.FromIPv4(0x0A000000 + (uint)i)), "test"), Probe);

    private SimulatedEngine Engine(SimulationSettings settings, int rate = 1_000_000) => new(settings, new RateLimit(rate), _time);

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Yield();
        }
    }
}
