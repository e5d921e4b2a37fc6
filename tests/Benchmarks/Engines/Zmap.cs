using System.Text.Json;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>Runs Debian's zmap (icmp_echoscan, one sender) over a range of addresses, as many probes each as the others send pings.</summary>
internal sealed class Zmap(LabHost host, WorkFolder folder, string first, int targets, int probes)
{
    private const int CooldownSeconds = 1;
    private const double ToleratedLoss = 0.002, Step = 0.9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _runs;

    /// <summary>At the highest rate, in steps of a tenth, at which it loses at most 0.2 %: as fast as it can it loses every tenth answer in its own buffers.</summary>
    public async Task<EngineRun> RunLosslessAsync(CancellationToken cancellationToken)
    {
        var run = await RunAsync(cancellationToken);
        for (var rate = run.Sent / run.Seconds; run.Answered < run.Sent * (1 - ToleratedLoss); rate *= Step)
        {
            run = await RunAsync((int)(rate * Step), cancellationToken);
        }

        return run;
    }

    public Task<EngineRun> RunAsync(CancellationToken cancellationToken) => RunAsync(rate: 0, cancellationToken);

    /// <param name="rate">Pings per second; 0: as fast as it can. zmap itself counts targets.</param>
    private async Task<EngineRun> RunAsync(int rate, CancellationToken cancellationToken)
    {
        var (list, metadata) = (folder.File("zmap-targets.txt"), folder.File($"zmap-{++_runs}.json"));
        await File.WriteAllLinesAsync(list, TargetRange.Prefixes(first, targets), cancellationToken);
        var gateway = await FindGatewayAsync();
        var measured = await MeasuredProgram.RunAsync(
            host,
            "zmap",
            [
                "--probe-module=icmp_echoscan", $"--probes={probes}", $"--rate={rate / probes}", $"--cooldown-time={CooldownSeconds}", "--interface=eth0", $"--gateway-mac={gateway}",
                $"--whitelist-file={list}", "--blacklist-file=/dev/null", "--output-fields=saddr", "--output-filter=success = 1", "--output-module=csv",
                "--output-file=/dev/null", $"--metadata-file={metadata}", "--disable-syslog", "--quiet", "--verbosity=1",
            ],
            cancellationToken);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(metadata, cancellationToken));
        return new EngineRun(
            json.RootElement.GetProperty("total_sent").GetInt64() * probes,
            json.RootElement.GetProperty("success_total").GetInt64(),
            measured.Elapsed.TotalSeconds - CooldownSeconds,
            Unknown: 0,
            SentAgain: 0,
            Rtt: null,
            measured.Cpu,
            measured.PeakBytes,
            measured.OthersPercent);
    }

    // zmap builds Ethernet frames itself and asks the kernel for nothing.
    private async Task<string> FindGatewayAsync()
    {
        await using var ping = await host.Run(Patience, "fping", "-c1", first);
        await using var neighbours = await host.Run(Patience, "ip", "-4", "neighbour", "show", "dev", "eth0");
        var words = neighbours.Output[0].Split(' ');
        return words[Array.IndexOf(words, "lladdr") + 1];
    }
}
