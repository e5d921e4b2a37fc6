using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class PyfpingResultWriterTests
{
    [Theory]
    [InlineData("0,0", 900u, 900u)]
    [InlineData("0,12", 12_400u, 13_400u)]
    [InlineData("33,1", 1000u, 0u, 1000u)]
    [InlineData("100,None", 0u, 0u)]
    public void Loss_and_average_are_truncated_to_whole_numbers(string expected, params uint[] rtts) =>
        Assert.Equal($"2026-01-02 03:04:05.678000,10.0.0.1,{expected}", Rows.LinesOf(ResultFormat.Pyfping, Rows.Row("10.0.0.1", rtts)).Single());

    [Fact]
    public void Unknown_target_is_left_out_and_counted()
    {
        var stream = new MemoryStream();
        using var writer = new PyfpingResultWriter(stream);
        writer.Begin();
        writer.Write(Rows.Row("10.0.0.1"));
        writer.Write(Rows.Unresolved("gw.example"));
        writer.Finish();
        Assert.Equal((2, 0L), (writer.Skipped, stream.Length));
    }

    [Fact]
    public void Time_is_utc_whatever_the_offset()
    {
        var row = Rows.Row("10.0.0.1", 1000);
        row.Time = new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.FromHours(2));
        Assert.StartsWith("2026-01-02 03:00:00.000000,", Rows.LinesOf(ResultFormat.Pyfping, row).Single(), StringComparison.Ordinal);
    }
}
