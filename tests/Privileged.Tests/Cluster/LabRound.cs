using FpingCluster.TestKit.Programs;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>What a finished round left behind, and the promises that it must keep.</summary>
internal sealed record LabRound(int ExitCode, IReadOnlyList<ResultLine> Rows, SummaryFile Summary)
{
    private const string LocalDrop = "local-drop";

    // Rounds to 0.00 %.
    private const double MostLossPercent = 0.005;

    // Of a machine that stands still for seconds, again and again: what it could not measure is told as that.
    private const double MostLocalDropPercent = 0.1;

    public IReadOnlyList<ResultLine> RowsOf(string agent) => [.. Rows.Where(row => row.Agent == agent)];

    /// <summary>Every target once, each pinged as often as asked, up if it answers and down if not, no loss, all sums agree, and next to none that this host could not measure.</summary>
    public void AssertWhole(LabJob job)
    {
        AssertEachOnce(job.Targets);
        Assert.InRange(100.0 * Rows.Count(row => row.Reason == LocalDrop) / Rows.Count, 0, MostLocalDropPercent);
        var rows = Rows.Where(row => row.Reason != LocalDrop).ToList();
        Assert.DoesNotContain(rows, row => row.State == "unknown");
        Assert.Equal(Summary.Unknown == 0 ? 0 : 1, ExitCode);
        Assert.DoesNotContain(rows, row => row.Sent != job.Count || row.Received > row.Sent);
        Assert.All(rows, row => Assert.Equal(AddressBlock.Answers(row.Address) ? "up" : "down", row.State));
        Assert.DoesNotContain(rows, row => row.State == "down" && row.Received > 0);
        AssertSums();
        var up = rows.Where(row => row.State == "up").ToList();
        Assert.InRange(100.0 * up.Sum(row => row.Sent - row.Received) / up.Sum(row => row.Sent), 0, MostLossPercent);
    }

    private void AssertEachOnce(AddressBlock targets)
    {
        var seen = new bool[targets.Count];
        foreach (var row in Rows)
        {
            var index = targets.IndexOf(row.Address);
            Assert.True(index is not null, $"{row.Address} is no target");
            Assert.False(seen[index.Value], $"{row.Address} has two rows");
            seen[index.Value] = true;
        }

        var missing = Array.IndexOf(seen, value: false);
        Assert.True(missing < 0, $"{seen.Count(has => !has)} targets have no row, the first is {(missing < 0 ? "" : targets.Address(missing))}");
    }

    private void AssertSums()
    {
        Assert.Equal(Rows.Count, Summary.Targets);
        Assert.Equal(Rows.Count(row => row.State == "up"), Summary.Up);
        Assert.Equal(Rows.Count(row => row.State == "down"), Summary.Down);
        Assert.Equal(Rows.Count(row => row.State == "unknown"), Summary.Unknown);
        Assert.Equal(Rows.Sum(row => (long)row.Sent), Summary.Sent);
        Assert.Equal(Rows.Sum(row => (long)row.Received), Summary.Received);
        foreach (var agent in Summary.Agents)
        {
            var rows = RowsOf(agent.Name);
            Assert.Equal(
                (rows.Count, rows.Sum(row => (long)row.Sent), rows.Sum(row => (long)row.Received)), (agent.Targets, agent.Sent, agent.Received));
        }

        Assert.Equal(Summary.Targets, Summary.Agents.Sum(agent => agent.Targets));
    }
}
