using FpingCluster.Coordinator.Jobs.Yaml;

namespace FpingCluster.Coordinator.Tests.Jobs.Yaml;

public sealed class NearestKeyTests
{
    private static readonly string[] Keys = ["count", "period", "timeout", "per_agent", "per_prefix"];

    [Theory]
    [InlineData("coutn", "count")]
    [InlineData("Count", "count")]
    [InlineData("time_out", "timeout")]
    [InlineData("perAgent", "per_agent")]
    [InlineData("per-prefix", "per_prefix")]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void Slip_finds_the_key_that_was_meant(string typed, string? expected)
    {
        Assert.Equal(expected, NearestKey.Find(typed, Keys));
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_slips(string left, string right, int expected)
    {
        Assert.Equal(expected, NearestKey.Distance(left, right));
        Assert.Equal(expected, NearestKey.Distance(right, left));
    }
}
