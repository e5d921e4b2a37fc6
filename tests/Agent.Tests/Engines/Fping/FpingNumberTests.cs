using System.Text;
using FpingCluster.Agent.Engines.Fping;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingNumberTests
{
    [Theory]
    [InlineData("0.037", 37)]
    [InlineData("0.999", 999)]
    [InlineData("1.00", 1_000)]
    [InlineData("9.87", 9_870)]
    [InlineData("12.8", 12_800)]
    [InlineData("500", 500_000)]
    [InlineData("999999", 999_999_000)]
    [InlineData("1.234e+06", 1_234_000_000)]
    [InlineData("4.294e+06", 4_294_000_000)]
    [InlineData("4.3e+06", uint.MaxValue - 1)]
    [InlineData("1e+300", uint.MaxValue - 1)]
    [InlineData("5e-04", 1)]
    [InlineData("4e-04", 0)]
    [InlineData("1e-300", 0)]
    [InlineData("0", 0)]
    [InlineData("0.0004", 0)]
    [InlineData("0.0005", 1)]
    [InlineData("-0.12", 0)]
    [InlineData("-1.2e+02", 0)]
    [InlineData("5.", 5_000)]
    [InlineData(".5", 500)]
    public void Milliseconds_are_read_as_microseconds(string text, uint expected)
    {
        Assert.True(FpingNumber.TryParse(Encoding.ASCII.GetBytes(text), out var microseconds));
        Assert.Equal(expected, microseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("1e9999")]
    [InlineData("1,5")]
    [InlineData("12ms")]
    [InlineData("1234567890123456789")]
    public void What_is_no_number_is_refused(string text) => Assert.False(FpingNumber.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_number_that_fping_prints_is_read_exactly()
    {
        for (uint microseconds = 1; microseconds < 1_000; microseconds++)
        {
            Assert.True(FpingNumber.TryParse(Encoding.ASCII.GetBytes($"0.{microseconds:000}"), out var parsed));
            Assert.Equal(microseconds, parsed);
        }
    }
}
