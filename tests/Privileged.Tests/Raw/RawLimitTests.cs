using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Privileged.Tests.Raw;

/// <summary>Past what this host can do every target still answers: whatever is reported lost would be our own loss.</summary>
public sealed class RawLimitTests
{
    // 65,536 targets, all of which answer.
    private const string Targets = "10.0.0.0/16";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Ten_times_the_possible_rate_loses_nothing()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        using var folder = new WorkFolder();

        AssertNothingLost(await PingAsync(lab.Hosts[0], folder, "2000000", _ => Task.CompletedTask));
    }

    [Fact]
    public async Task Ten_times_the_possible_rate_without_privileges_loses_nothing()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        await using (await lab.Hosts[0].Run(Patience, "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"))
        {
        }

        using var folder = new WorkFolder();
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_111_111);

        AssertNothingLost(await PingAsync(lab.Hosts[0], folder, "2000000", _ => Task.CompletedTask, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"));
    }

    [Fact]
    public async Task Process_frozen_in_mid_round_loses_nothing()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        using var folder = new WorkFolder();

        var summary = await PingAsync(lab.Hosts[0], folder, "60000", async process =>
        {
            await process.WaitForLine(line => line.Contains("pings/s", StringComparison.Ordinal), Patience);
            process.Freeze();
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            process.Thaw();
        });

        AssertNothingLost(summary);
        Assert.True(summary.Duration > TimeSpan.FromSeconds(2), $"{summary.Duration}");
    }

    [Fact]
    public async Task Loaded_cores_lose_nothing()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        using var folder = new WorkFolder();
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            lab.Hosts[0].Start("sh", ["-c", "while :; do :; done"]);
        }

        AssertNothingLost(await PingAsync(lab.Hosts[0], folder, "100000", _ => Task.CompletedTask));
    }

    [Fact]
    public async Task Tiny_receive_buffer_drops_replies_and_loses_none()
    {
        // Room for some six replies, where a batch brings 32 at once.
        var settings = new RawSettings(SocketMode.Raw, Lanes: 1, ReceiveBuffer: 2048);
        var engine = new RawEngine(settings, new RateLimit(100_000), TimeProvider.System, NullLogger<RawEngine>.Instance);
        var targets = Enumerable.Range(1, 20_000).Select(i => TargetAddress.FromIPv4((127u << 24) + (uint)i)).ToArray();
        var probe = new Probe { Count = 3, Period = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromMilliseconds(100) };

        var result = await OneShardRun.ProbeAsync(engine, targets, probe);

        Assert.Equal(0, result.Sent.Sum(sent => sent) - result.Received.Sum(received => received));
        Assert.True(engine.Counters.Obscured > 0, "nothing was dropped, so this shows nothing");
        Assert.All(Enumerable.Range(0, targets.Length), target => Assert.NotEqual(TargetState.Down, result.StateOf(target)));
        Assert.All(
            Enumerable.Range(0, targets.Length).Where(target => result.Sent[target] < probe.Count),
            target => Assert.Contains(result.Reasons, reason => reason.Target == target && reason.Kind == ReasonKind.LocalDrop));
    }

    private static void AssertNothingLost(RoundSummary summary)
    {
        Assert.Equal(65_536, summary.Targets);
        Assert.Equal(0, summary.Down);
        Assert.Equal(summary.Sent, summary.Received);
        Assert.True(summary.Unknown < summary.Targets / 2, $"{summary.Unknown} targets are unknown");
    }

    private static async Task<RoundSummary> PingAsync(LabHost host, WorkFolder folder, string rate, Func<LabProcess, Task> meanwhile, params string[] launcher)
    {
        var summary = Path.Combine(folder.Root, "summary.json");
        string[] command =
        [
            .. launcher, Repository.AgentProgram, "ping", Targets, "--engine", "raw", "--rate", rate, "--format", "csv", "-o", "/dev/null", "--summary-json", summary,
        ];
        var process = host.Start(command[0], command[1..]);
        await meanwhile(process);
        var exitCode = await process.WaitForExit(Patience);
        Assert.True(exitCode is 0 or 1, process.Describe(20));
        return SummaryJson.Read(await File.ReadAllBytesAsync(summary));
    }
}
