namespace FpingCluster.Shared.Results;

/// <summary>A round in two or three lines for people.</summary>
public static class SummaryText
{
    public static string Of(RoundSummary summary)
    {
        var lines = new List<string>
        {
            $"{Quantity.Of(summary.Targets, "target")}: {summary.Up:N0} up, {summary.Down:N0} down, {summary.Unknown:N0} unknown · " +
                $"{Quantity.Of(summary.Sent, "ping")} in {Seconds(summary.Duration)} ({summary.PingsPerSecond:N0}/s), loss {Loss(summary)}",
        };
        if (summary.Rtt is { } rtt)
        {
            lines.Add($"rtt min/avg/p99/max {Milliseconds(rtt.Min)}/{Milliseconds(rtt.Avg)}/{Milliseconds(rtt.P99)}/{Milliseconds(rtt.Max)} ms");
        }

        if (summary.Duplicates > 0 || summary.LocalDrops > 0)
        {
            lines.Add($"{summary.Duplicates:N0} duplicate {(summary.Duplicates == 1 ? "reply" : "replies")}, {Quantity.Of(summary.LocalDrops, "ping")} obscured by our own hosts (sent again, never counted as loss)");
        }

        return string.Join('\n', lines);
    }

    /// <summary>A loss so small that it would be rounded to nothing is still no zero.</summary>
    private static string Loss(RoundSummary summary) =>
        summary.Sent == 0 ? "-" : summary.LossPercent is > 0 and < 0.005 ? "<0.01 %" : $"{summary.LossPercent:0.00} %";

    private static string Seconds(TimeSpan duration) => $"{duration.TotalSeconds:N1} s";

    private static string Milliseconds(double value) => $"{value:0.###}";
}
