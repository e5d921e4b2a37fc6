using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Configuration;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>The real engine on loopback, beyond the contract that all engines keep.</summary>
public sealed class RawEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Cancellation_is_over_within_100_ms()
    {
        var elapsed = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var source = new ListShardSource(Shards.Many(20, 500, new Probe { Count = 100 }), staysOpen: true);
            using var stop = new CancellationTokenSource();
            var run = Create(limit: 50_000).RunAsync(source, new CollectingSink(), stop.Token);
            await source.Drained.WaitAsync(Patience);
            var began = TimeProvider.System.GetTimestamp();
            await stop.CancelAsync();
            await run.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            elapsed.Add(TimeProvider.System.GetElapsedTime(began));
        }

        // A busy machine may hold up one of them.
        Assert.True(elapsed.Order().ElementAt(2) < TimeSpan.FromMilliseconds(100), string.Join(", ", elapsed));
    }

    [Fact]
    public async Task Slow_engine_begins_few_shards_ahead()
    {
        // Four seconds each.
        var source = new ListShardSource(Shards.Many(20, 1_000, new Probe { Count = 4 }), staysOpen: true);
        var sink = new CollectingSink();
        using var stop = new CancellationTokenSource();
        var run = Create(limit: 1_000).RunAsync(source, sink, stop.Token);

        await Wait.Until(() => sink.CompletedShards.Count > 0, Patience, "the first result");
        var ahead = 20 - source.ReadyShards - sink.CompletedShards.Count;
        await stop.CancelAsync();
        await run.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.InRange(ahead, 1, 3);
    }

    [Fact]
    public async Task Thousand_rounds_leave_no_descriptor_and_no_thread()
    {
        await RunRoundsAsync(20);
        var (descriptors, threads) = (CountDescriptors(), CountLaneThreads());

        await RunRoundsAsync(1_000);

        await Wait.Until(() => CountDescriptors() <= descriptors && CountLaneThreads() <= threads, Patience, "the descriptors and threads of before",
            () => $"{CountDescriptors()} descriptors, {CountLaneThreads()} threads; before {descriptors} and {threads}");
    }

    [Fact]
    public async Task Many_lanes_start_together()
    {
        for (var i = 0; i < 30; i++)
        {
            var engine = new RawEngine(new RawSettings(SocketMode.Raw, Lanes: 12), new RateLimit(10_000), TimeProvider.System, NullLogger<RawEngine>.Instance);
            var sink = new CollectingSink();
            await engine.RunAsync(new ListShardSource(Shards.Many(12, 4, new Probe { Count = 1 })), sink, CancellationToken.None).WaitAsync(Patience);
            Assert.Equal(12, sink.CompletedShards.Count);
        }
    }

    private static async Task RunRoundsAsync(int rounds)
    {
        var probe = new Probe { Count = 1, Timeout = TimeSpan.FromMilliseconds(5) };
        for (var i = 0; i < rounds; i++)
        {
            var sink = new CollectingSink();
            await Create(limit: 1_000).RunAsync(new ListShardSource(Shards.Many(1, 2, probe)), sink, CancellationToken.None).WaitAsync(Patience);
            Assert.Single(sink.CompletedShards);
        }
    }

    private static RawEngine Create(int limit) =>
        new(new RawSettings(SocketMode.Raw), new RateLimit(limit), TimeProvider.System, NullLogger<RawEngine>.Instance);

    // ICMP sockets and counters of the host: other tests in this process open neither so many nor for so long.
    private static int CountDescriptors() => Directory.GetFiles("/proc/self/fd").Count(IsOurs);

    private static bool IsOurs(string descriptor) =>
        new FileInfo(descriptor).LinkTarget is { } target && (target.StartsWith("socket:", StringComparison.Ordinal) || target.Contains("/net/", StringComparison.Ordinal));

    private static int CountLaneThreads() => Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task).StartsWith(RawEngine.LaneName, StringComparison.Ordinal));

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm");
        }
        catch (IOException)
        {
            // It has just ended.
            return "";
        }
    }
}
