using System.Text;
using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class TableResultWriterTests
{
    [Fact]
    public void Columns_are_aligned_and_a_name_column_without_names_is_left_out()
    {
        var down = Rows.Row("10.0.0.200", 0, 0);
        down.Reasons = [new TargetReason(0, ReasonKind.LocalDrop)];
        Assert.Equal(
            """
            ADDRESS     SENT  RECV  LOSS    MIN    AVG    MAX  STATE  REASON
            10.0.0.1       2     2    0%  1.000  1.500  2.000  up
            10.0.0.200     2     0  100%      -      -      -  down   local-drop

            """,
            Rows.TextOf(ResultFormat.Table, Rows.Row("10.0.0.1", 1000, 2000), down));
    }

    [Fact]
    public void Row_without_a_name_keeps_the_columns_aligned()
    {
        var named = Rows.Row("10.0.0.1", 1000);
        named.Name = "gateway";
        var lines = Rows.LinesOf(ResultFormat.Table, named, Rows.Row("10.0.0.2", 2000));
        Assert.Equal(lines[1].IndexOf("1.000", StringComparison.Ordinal), lines[2].IndexOf("2.000", StringComparison.Ordinal));
    }

    [Fact]
    public void Control_characters_of_a_name_never_reach_the_terminal()
    {
        var row = Rows.Row("10.0.0.1", 1000);
        row.Name = "\e[2Jgone\a";
        Assert.Contains("?[2Jgone?", Rows.TextOf(ResultFormat.Table, row), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_rows_are_all_written()
    {
        var rows = Enumerable.Range(0, 10_000).Select(i => Rows.Row($"10.0.{i / 250}.{i % 250}", 1000)).ToArray();
        var lines = Rows.LinesOf(ResultFormat.Table, rows);
        Assert.Equal(10_001, lines.Length);
        Assert.StartsWith("10.0.39.249", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\e[32mup\e[0m")]
    [InlineData(false, "up")]
    public void State_is_coloured_only_when_asked_for(bool colour, string expected)
    {
        var stream = new MemoryStream();
        using var writer = new TableResultWriter(stream, colour);
        writer.Begin();
        writer.Write(Rows.Row("10.0.0.1", 1000));
        writer.Finish();
        Assert.EndsWith($"1.000  {expected}\n", Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }
}
