using FpingCluster.Shared.Results;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using WorkFolder = FpingCluster.Benchmarks.Runs.WorkFolder;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>Runs `fping-agent ping` over the targets.</summary>
internal sealed class AgentPing(LabHost host, WorkFolder folder, string targets)
{
    // Somebody without any right (nobody), in a group that datagram ICMP sockets are open to.
    private static readonly string[] Unprivileged = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _runs;

    public async Task<EngineRun> RunAsync(string[] engine, bool unprivileged, CancellationToken cancellationToken)
    {
        var summaryFile = Path.Combine(folder.File("open-to-all"), $"ping-{++_runs}.json");
        string[] ping = ["ping", targets, .. engine, "--format", "csv", "-o", "/dev/null", "--summary-json", summaryFile];
        await using (await host.Run(Patience, "install", "--directory", "--mode=777", folder.File("open-to-all")))
        {
        }

        var measured = unprivileged
            ? await MeasuredProgram.RunAsync(host, "setpriv", [.. Unprivileged, Repository.AgentProgram, .. ping], cancellationToken)
            : await MeasuredProgram.RunAsync(host, Repository.AgentProgram, ping, cancellationToken);
        return Of(SummaryJson.Read(await File.ReadAllBytesAsync(summaryFile, cancellationToken)), measured);
    }

    public static EngineRun Of(RoundSummary summary, MeasuredProgram measured) => new(
        summary.Sent, summary.Received, summary.Duration.TotalSeconds, summary.Unknown, summary.LocalDrops, summary.Rtt, measured.Cpu, measured.PeakBytes,
        measured.OthersPercent);
}
