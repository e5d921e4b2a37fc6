using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>SIGTERM or Ctrl+C in the middle of `fping-agent ping`.</summary>
public sealed class InterruptedPingTests : IDisposable
{
    private const int Targets = 65_536;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // About 100 ms where nothing else runs; a machine that is busy with other tests gets many times that. The pings alone would take 16 s more.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv", Targets + 1)]
    [InlineData("table", Targets + 1)]
    [InlineData("ndjson", Targets)]
    public async Task Sigterm_ends_a_big_ping_at_once_with_a_row_for_every_target(string format, int lines)
    {
        var file = _folder.PathOf($"results.{format}");
        await using var ping = LabProcess.Start(
            Repository.AgentProgram,
            ["ping", "127.2.0.0/16", "--engine", "raw", "--rate", "20000", "--format", format, "-o", file, "--summary-json", _folder.PathOf("summary.json")]);
        await ping.WaitForLine(line => line.Contains("pings/s", StringComparison.Ordinal), Patience);

        var began = TimeProvider.System.GetTimestamp();
        ping.Terminate();
        var exitCode = await ping.WaitForExit(Patience);
        var took = TimeProvider.System.GetElapsedTime(began);

        Assert.True(exitCode == 1, ping.Describe(lines: 20));
        Assert.Equal(lines, File.ReadLines(file).Count());
        Assert.True(took < Longest, $"ended {took.TotalMilliseconds:0} ms after SIGTERM");
    }
}
