using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 pings")]
    [InlineData(1, "1 ping")]
    [InlineData(3_000_000_000, "3,000,000,000 pings")]
    public void One_thing_has_no_plural(long number, string expected) => Assert.Equal(expected, Quantity.Of(number, "ping"));

    [Fact]
    public void Summary_of_one_ping_has_no_plural()
    {
        var summary = new RoundSummary
        {
            Targets = 1,
            Up = 1,
            Down = 0,
            Unknown = 0,
            Sent = 1,
            Received = 1,
            Duplicates = 1,
            LocalDrops = 1,
            Duration = TimeSpan.FromSeconds(1),
            Rtt = null,
            Agents = [],
        };

        Assert.Equal(
            "1 target: 1 up, 0 down, 0 unknown · 1 ping in 1.0 s (1/s), loss 0.00 %\n" +
            "1 duplicate reply, 1 ping obscured by our own hosts (sent again, never counted as loss)",
            SummaryText.Of(summary));
    }
}
