using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Engines.Fping;

/// <summary>The engine with a script in fping's place, which behaves as badly as the test wants.</summary>
public class FpingEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Probe Probe = new() { Count = 3 };

    private readonly ListLogger<FpingEngine> _log = new();

    [Fact]
    public async Task Target_without_replies_is_down()
    {
        using var host = new FakeHost("""answer "${targets[0]}"; lose "${targets[@]:1}"; exit 1""");

        var result = await CompleteAsync(host, 3);

        Assert.Equal([TargetState.Up, TargetState.Down, TargetState.Down], StatesOf(result));
        Assert.Equal([3, 3, 3], result.Sent);
        Assert.Equal(0, result.LocalDrops);
        Assert.Empty(result.Reasons);
    }

    [Fact]
    public async Task List_of_dead_targets_is_reported_down_throughout()
    {
        using var host = new FakeHost("""lose "${targets[@]}"; exit 1""");

        var result = await CompleteAsync(host, 1_000);

        Assert.All(StatesOf(result), state => Assert.Equal(TargetState.Down, state));
    }

    [Fact]
    public async Task Reply_later_than_the_timeout_is_lost()
    {
        using var host = new FakeHost("""echo "${targets[0]} : 500 501 1.00" >&2""");

        var result = await CompleteAsync(host, 1);

        Assert.Equal([500_000u, 0u, 1_000u], result.RttsUs);
    }

    [Fact]
    public async Task Target_without_a_route_is_unknown_with_the_errno()
    {
        using var host = new FakeHost("""lose "${targets[@]}"; exit 1""");
        var shard = Shards.Of([TargetAddress.Parse("255.255.255.255"), TargetAddress.Parse("127.0.0.1")], Probe);

        var result = (await RunAsync(host, [shard])).CompletedShards[shard];

        Assert.Equal([TargetState.Unknown, TargetState.Down], StatesOf(result));
        var reason = Assert.Single(result.Reasons);
        Assert.Equal((0, ReasonKind.SendError), (reason.Target, reason.Kind));
        Assert.NotEqual(0, reason.Detail);
    }

    [Fact]
    public async Task Duplicate_replies_are_a_reason()
    {
        using var host = new FakeHost("""
            echo "${targets[1]} : duplicate for [0], 20 bytes, 0.30 ms" >&2
            echo "${targets[1]} : duplicate for [2], 20 bytes, 0.30 ms" >&2
            answer "${targets[@]}"
            """);

        var result = await CompleteAsync(host, 2);

        Assert.Equal([new TargetReason(1, ReasonKind.Duplicate, 2)], result.Reasons);
        Assert.Equal([3, 3], result.Received);
    }

    [Theory]
    [InlineData(4, "setcap cap_net_raw=ep")]
    [InlineData(4, "ping_group_range")]
    [InlineData(126, "not executable")]
    [InlineData(127, "install fping")]
    public async Task Fping_that_cannot_work_here_fails_the_shard_with_path_and_remedy(int exitCode, string remedy)
    {
        using var host = new FakeHost($"exit {exitCode}");
        var shard = Shards.Of(Shards.LoopbackAddresses(5), Probe);

        var sink = await RunAsync(host, [shard]);

        Assert.Empty(sink.CompletedShards);
        Assert.Contains(host.FpingPath, sink.FailedShards[shard], StringComparison.Ordinal);
        Assert.Contains(remedy, sink.FailedShards[shard], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fping_that_is_not_there_fails_every_shard()
    {
        using var host = new FakeHost("");
        var shards = Shards.Many(20, 5, Probe);
        File.Delete(host.FpingPath);

        var sink = await RunAsync(host, shards);

        Assert.Equal(20, sink.FailedShards.Count);
        Assert.All(sink.FailedShards.Values, why => Assert.Contains("is not there", why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exit 143")]
    [InlineData("exit 3")]
    [InlineData("exit 0")]
    [InlineData("kill -KILL $$")]
    public async Task Targets_without_a_line_are_probed_again_once(string end)
    {
        using var host = new FakeHost($$"""if [ $run = 1 ]; then answer "${targets[@]:0:3}"; {{end}}; fi; answer "${targets[@]}" """);

        var result = await CompleteAsync(host, 5);

        Assert.Equal([3, 3, 3, 3, 3], result.Received);
        Assert.Equal(2, host.Runs);
        Assert.Equal(Shards.LoopbackAddresses(2, 3).Select(target => target.ToString()), host.InputOf(2));
        Assert.Contains(_log.TextsOf(LogLevel.Warning), text => text.Contains("left 2 of 5 targets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Targets_that_stay_without_a_line_are_unknown_and_never_down()
    {
        using var host = new FakeHost("""echo "what is this?" >&2; [ $run = 1 ] && answer "${targets[0]}"; exit 143""");

        var result = await CompleteAsync(host, 3);

        Assert.Equal([TargetState.Up, TargetState.Unknown, TargetState.Unknown], StatesOf(result));
        Assert.Equal([3, 0, 0], result.Sent);
        Assert.Equal([new TargetReason(1, ReasonKind.EngineFailed), new TargetReason(2, ReasonKind.EngineFailed)], result.Reasons);
        Assert.Contains(_log.TextsOf(LogLevel.Warning), text => text.Contains("what is this?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Half_a_line_is_not_believed()
    {
        using var host = new FakeHost("""answer "${targets[0]}"; [ $run = 1 ] && { printf '%s : 1.00 1.00 9' "${targets[1]}" >&2; exit 1; }; answer "${targets[@]}" """);

        var result = await CompleteAsync(host, 2);

        Assert.All(result.RttsUs, rttUs => Assert.Equal(1_500u, rttUs));
    }

    [Fact]
    public async Task Hanging_fping_is_killed_and_its_complete_lines_count()
    {
        using var host = new FakeHost("""[ $run = 1 ] && answer "${targets[0]}"; exec sleep 1000""");
        var time = new FakeTimeProvider();
        var sink = new CollectingSink();
        var shard = Shards.Of(Shards.LoopbackAddresses(2), Probe);
        var run = Engine(host, time).RunAsync(new ListShardSource([shard]), sink, CancellationToken.None);
        var deadline = Task.Delay(Patience, TimeProvider.System);

        while (!run.IsCompleted && !deadline.IsCompleted)
        {
            // The script must be far enough to have printed its line before the watchdog's time has come: 1/10 of it in each step.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
        }

        await run.WaitAsync(Patience);
        Assert.Equal([TargetState.Up, TargetState.Unknown], StatesOf(sink.CompletedShards[shard]));
        Assert.Contains(_log.TextsOf(LogLevel.Warning), text => text.Contains("hung and was killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flood_on_both_pipes_blocks_nothing()
    {
        using var host = new FakeHost("""
            head -c 5000000 /dev/zero | tr '\0' x >&2
            echo >&2
            yes "some noise" | head -c 5000000 >&2
            echo >&2
            yes "some noise" | head -c 5000000
            answer "${targets[@]}"
            """);

        var result = await CompleteAsync(host, 3);

        Assert.Equal([3, 3, 3], result.Received);
    }

    [Fact]
    public async Task Targets_with_losses_are_probed_again_when_this_host_dropped()
    {
        using var host = new FakeHost("""
            if [ $run = 1 ]; then drop 7; answer "${targets[@]:0:2}"; lose "${targets[2]}"; exit 1; fi
            answer "${targets[@]}"
            """);

        var result = await CompleteAsync(host, 3);

        Assert.Equal([3, 3, 3], result.Received);
        Assert.Equal(3, result.LocalDrops);
        Assert.Empty(result.Reasons);
        Assert.Equal(Shards.LoopbackAddresses(1, 2).Select(target => target.ToString()), host.InputOf(2));
        Assert.Contains(_log.TextsOf(LogLevel.Warning), text => text.Contains("dropped 7 packets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Losses_that_stay_in_doubt_are_not_counted_as_sent()
    {
        using var host = new FakeHost("""drop $run; lose "${targets[0]}"; echo "${targets[1]} : 1.00 - 2.00" >&2; exit 1""");

        var result = await CompleteAsync(host, 2);

        Assert.Equal([0, 2], result.Sent);
        Assert.Equal([0, 2], result.Received);
        Assert.Equal([TargetState.Unknown, TargetState.Up], StatesOf(result));
        Assert.Equal([new TargetReason(0, ReasonKind.LocalDrop), new TargetReason(1, ReasonKind.LocalDrop)], result.Reasons);
        Assert.Equal(4, host.Runs);
        Assert.Equal(4 * 4, result.LocalDrops);
    }

    [Fact]
    public async Task Drops_without_losses_change_no_result()
    {
        using var host = new FakeHost("""drop $run; answer "${targets[@]}" """);

        var result = await CompleteAsync(host, 2);

        Assert.Equal([3, 3], result.Received);
        Assert.Equal((1, 0), (host.Runs, result.LocalDrops));
    }

    [Fact]
    public async Task Fping_without_a_visible_socket_calls_nothing_down()
    {
        using var host = new FakeHost("""lose "${targets[@]}"; exit 1""");
        host.RemoveSockets("raw");

        var result = await CompleteAsync(host, 1);

        Assert.Equal([TargetState.Unknown], StatesOf(result));
    }

    [Fact]
    public async Task Layout_is_logged_once()
    {
        using var host = new FakeHost("""answer "${targets[@]}" """);

        await RunAsync(host, Shards.Many(10, 50, Probe));

        var text = Assert.Single(_log.TextsOf(LogLevel.Information));
        Assert.StartsWith("fping layout Auto: 6 workers x 5,555 targets at 0.6 ms for 10,000 pings/s", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_kills_hanging_processes()
    {
        using var host = new FakeHost("""echo $$ > pid; echo >&2; exec sleep 1000""");
        using var stop = new CancellationTokenSource();
        var source = new ListShardSource(Shards.Many(4, 500, Probe), staysOpen: true);
        var run = Engine(host, TimeProvider.System).RunAsync(source, new CollectingSink(), stop.Token);
        await source.Drained.WaitAsync(Patience);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(1)));
    }

    private static IEnumerable<TargetState> StatesOf(ShardResult result) => Enumerable.Range(0, result.TargetCount).Select(result.StateOf);

    private FpingEngine Engine(FakeHost host, TimeProvider time) => new(host.Capability, new RateLimit(10_000), time, _log, host.ProcRoot);

    private async Task<ShardResult> CompleteAsync(FakeHost host, int targets)
    {
        var shard = Shards.Of(Shards.LoopbackAddresses(targets), Probe);
        var sink = await RunAsync(host, [shard]);
        var result = sink.CompletedShards[shard];
        Assert.Null(result.FindDefect(targets, Probe.Count));
        return result;
    }

    private async Task<CollectingSink> RunAsync(FakeHost host, ShardAssignment[] shards)
    {
        var sink = new CollectingSink();
        await Engine(host, TimeProvider.System).RunAsync(new ListShardSource(shards), sink, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(shards.Length, sink.CompletedShards.Count + sink.FailedShards.Count);
        return sink;
    }
}
