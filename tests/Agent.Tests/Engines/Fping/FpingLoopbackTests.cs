using System.Diagnostics;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Tests.Engines.Fping;

/// <summary>The real fping on loopback, alone: these tests look at all children and files of the test process.</summary>
[Collection(nameof(FpingLoopbackTests))]
[CollectionDefinition(nameof(FpingLoopbackTests), DisableParallelization = true)]
public class FpingLoopbackTests
{
    private const int Stat_State = 0;
    private const int Stat_Parent = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ListLogger<FpingEngine> _log = new();

    [Fact]
    public async Task Thousand_processes_leave_no_zombie_and_no_open_file()
    {
        var probe = new Probe { Count = 1, Layout = FpingLayoutKind.Pyfping, Workers = 8, Bucket = 1, Interval = TimeSpan.FromMilliseconds(1) };
        var shards = Shards.Many(1_000, 1, probe);
        await RunAsync(shards[..10], 1_000_000);
        var openBefore = OpenFiles();

        var sink = await RunAsync(shards, 1_000_000);

        Assert.Equal(1_000, sink.CompletedShards.Values.Sum(result => result.Received[0]));
        // Tests beside this one open files and end processes too, so a moment's excess proves nothing; one that stays does.
        await FpingCluster.TestKit.Wait.Until(() => OpenFiles() <= openBefore + 10, TimeSpan.FromSeconds(30), "the files to be closed");
        await FpingCluster.TestKit.Wait.Until(() => Children().All(child => child.Stat[Stat_State] != "Z"), TimeSpan.FromSeconds(30), "all children to be reaped");
    }

    /// <summary>
    /// Floods of other raw sockets' pings reach our processes too and keep the CPUs from them: the kernel drops replies at full sockets, and fping calls the pings
    /// lost. Every target of loopback answers, so each loss that is reported would be a lie.
    /// </summary>
    [Fact]
    public async Task Replies_dropped_by_this_host_are_never_a_loss()
    {
        var dropped = 0;
        for (var attempt = 0; attempt < 4 && dropped == 0; attempt++)
        {
            var results = await RunAmidFloodsAsync();
            dropped = results.Sum(result => result.LocalDrops);
            Assert.Equal(8, results.Count);
            Assert.Equal(results.Sum(result => result.Sent.Sum(sent => sent)), results.Sum(result => result.Received.Sum(received => received)));
        }

        Assert.True(dropped > 0, "nothing was dropped: the test proved nothing");
    }

    private async Task<List<ShardResult>> RunAmidFloodsAsync()
    {
        var probe = new Probe { Count = 4, Period = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(300), Workers = 6 };
        var floods = Enumerable.Range(1, 4 * Math.Clamp(Environment.ProcessorCount, 2, 16)).Select(StartFlood).ToList();
        try
        {
            return [.. (await RunAsync(Shards.Many(8, 500, probe), 20_000)).CompletedShards.Values];
        }
        finally
        {
            floods.ForEach(flood => flood.Kill());
            floods.ForEach(flood => flood.Dispose());
        }
    }

    /// <summary>Pings 12,000 addresses of loopback five times as fast as it can.</summary>
    private static Process StartFlood(int net)
    {
        var flood = Process.Start(new ProcessStartInfo(InstalledFping.Capability.Path, ["-C", "5", "-q", "-i", "0", "-p", "1", "-t", "100"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        flood.StandardInput.Write(string.Concat(Enumerable.Range(0, 12_000).Select(i => $"127.{100 + net}.{i / 250}.{i % 250 + 1}\n")));
        flood.StandardInput.Close();
        return flood;
    }

    private static int OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static IEnumerable<(int Id, string[] Stat)> Children()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && File.Exists($"{folder}/stat"))
            {
                var stat = File.ReadAllText($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[Stat_Parent] == $"{Environment.ProcessId}")
                {
                    yield return (id, fields);
                }
            }
        }
    }

    private FpingEngine Engine(int pingsPerSecond) => new(InstalledFping.Capability, new RateLimit(pingsPerSecond), TimeProvider.System, _log);

    private async Task<CollectingSink> RunAsync(ShardAssignment[] shards, int pingsPerSecond)
    {
        var sink = new CollectingSink();
        await Engine(pingsPerSecond).RunAsync(new ListShardSource(shards), sink, CancellationToken.None).WaitAsync(Patience);
        return sink;
    }
}
