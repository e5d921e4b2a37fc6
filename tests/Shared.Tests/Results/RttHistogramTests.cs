using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class RttHistogramTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 5_000)]
    [InlineData(3, 1_000_000)]
    [InlineData(4, int.MaxValue)]
    public void Percentiles_are_within_one_percent(int seed, int max)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 10_000).Select(_ => (uint)(1 + max * Math.Pow(random.NextDouble(), 3))).ToArray();
        var histogram = new RttHistogram();
        Array.ForEach(values, histogram.Add);
        Array.Sort(values);

        var summary = histogram.Summarize()!;

        Near(values[4_999], summary.P50);
        Near(values[9_899], summary.P99);
        Assert.Equal((values[0] / 1e3, values[^1] / 1e3), (summary.Min, summary.Max));
        Assert.Equal(values.Average(value => value) / 1e3, summary.Avg, 6);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(127u)]
    [InlineData(128u)]
    [InlineData(255u)]
    [InlineData(256u)]
    [InlineData(257u)]
    [InlineData(uint.MaxValue)]
    public void Single_value_is_its_own_summary(uint value)
    {
        var histogram = new RttHistogram();
        histogram.Add(value);
        Assert.Equal(new RttSummary(value / 1e3, value / 1e3, value / 1e3, value / 1e3, value / 1e3), histogram.Summarize());
    }

    private static void Near(uint expectedUs, double actualMs) => Assert.InRange(actualMs * 1e3, expectedUs * 0.99, expectedUs * 1.01);
}
