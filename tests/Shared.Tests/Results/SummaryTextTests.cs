using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class SummaryTextTests
{
    [Fact]
    public void Round_is_told_in_two_lines() => Assert.Equal(
        """
        600,000 targets: 599,998 up, 2 down, 0 unknown · 3,000,000 pings in 41.2 s (72,816/s), loss <0.01 %
        rtt min/avg/p99/max 0.1/2.345/17.5/212 ms
        """,
        SummaryText.Of(Summary(3_000_000, 2_999_990, new RttSummary(0.1, 2.3451, 2, 17.5, 212))));

    [Fact]
    public void Duplicates_and_local_drops_are_told_when_there_are_any() => Assert.Contains(
        "\n5 duplicate replies, 7 pings obscured by our own hosts",
        SummaryText.Of(Summary(10, 9, null) with { Duplicates = 5, LocalDrops = 7 }),
        StringComparison.Ordinal);

    [Fact]
    public void Nothing_sent_is_no_loss_of_zero() => Assert.EndsWith("loss -", SummaryText.Of(Summary(0, 0, null)), StringComparison.Ordinal);

    private static RoundSummary Summary(long sent, long received, RttSummary? rtt) => new()
    {
        Targets = 600_000,
        Up = 599_998,
        Down = 2,
        Unknown = 0,
        Sent = sent,
        Received = received,
        Duplicates = 0,
        LocalDrops = 0,
        Duration = TimeSpan.FromSeconds(41.2),
        Rtt = rtt,
        Agents = [],
    };
}
