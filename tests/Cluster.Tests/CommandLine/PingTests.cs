using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.CommandLine;

public sealed class PingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Table_has_a_row_for_each_address_however_often_it_is_named()
    {
        await using var ping = LabProcess.Start(Repository.AgentProgram, ["ping", "127.0.0.1", "127.0.0.0/28"]);

        Assert.Equal(0, await ping.WaitForExit(Patience));

        var rows = ping.Output.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["ADDRESS", "SENT", "RECV", "LOSS", "MIN", "AVG", "MAX", "STATE", "REASON"], rows[0]);
        Assert.Equal(["127.0.0.1", "127.0.0.0", .. Enumerable.Range(2, 14).Select(last => $"127.0.0.{last}")], rows.Skip(1).Select(row => row[0]));
        Assert.All(rows.Skip(1), row => Assert.Equal(["5", "5", "0%", "up"], [row[1], row[2], row[3], row[7]]));
        Assert.Contains("targets named more than once and kept once: 1 (argument:2 127.0.0.1)", ping.Errors);
        Assert.Contains(ping.Errors, line => line.StartsWith("16 targets: 16 up, 0 down, 0 unknown · 80 pings", StringComparison.Ordinal));
    }
}
