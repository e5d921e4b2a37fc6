using System.Diagnostics.CodeAnalysis;
using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class CsvResultWriterTests
{
    [Fact]
    public void Header_is_the_documented_one() =>
        Assert.Equal("time,address,name,sent,received,loss_percent,min_ms,avg_ms,max_ms,stddev_ms,state,reason,agent\n", Rows.TextOf(ResultFormat.Csv));

    [Fact]
    public void Answered_target_has_all_fields() =>
        Assert.Equal("2026-01-02T03:04:05.678Z,10.0.0.1,,4,4,0,1.000,2.500,4.000,1.118,up,,vm-1", Line(Rows.Row("10.0.0.1", 1000, 2000, 3000, 4000)));

    [Theory]
    [InlineData("20", 1u, 1u, 1u, 1u, 0u)]
    [InlineData("33.33", 1u, 0u, 1u)]
    [InlineData("66.67", 0u, 0u, 1u)]
    [InlineData("12.5", 0u, 1u, 1u, 1u, 1u, 1u, 1u, 1u)]
    [InlineData("0", 1u)]
    [InlineData("100", 0u)]
    [SuppressMessage("Design", "CA1062", Justification = "xunit never passes null")]
    public void Loss_has_at_most_two_decimals(string loss, params uint[] rtts) => Assert.Equal(loss, Line(Rows.Row("10.0.0.1", rtts)).Split(',')[5]);

    [Fact]
    public void Loss_of_one_ping_in_a_thousand_is_not_rounded_away() =>
        Assert.Equal("0.1", Line(Rows.Row("10.0.0.1", [0, .. Enumerable.Repeat(5u, 999)])).Split(',')[5]);

    [Fact]
    public void Down_target_has_empty_times() =>
        Assert.Equal("2026-01-02T03:04:05.678Z,10.0.0.1,,2,0,100,,,,,down,,vm-1", Line(Rows.Row("10.0.0.1", 0, 0)));

    [Fact]
    public void Unknown_target_has_neither_times_nor_a_loss() =>
        Assert.Equal("2026-01-02T03:04:05.678Z,2001:db8::1,,0,0,,,,,,unknown,,", Line(Rows.Row("2001:db8::1")));

    [Fact]
    public void Unresolved_name_stands_for_the_address() =>
        Assert.Equal("2026-01-02T03:04:05.678Z,gw.example,,0,0,,,,,,unknown,name-not-resolved,", Line(Rows.Unresolved("gw.example")));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("Zürich ☂", "Zürich ☂")]
    [InlineData("a\rb", "\"a\rb\"")]
    public void Name_is_quoted_where_rfc_4180_asks_for_it(string name, string field)
    {
        var row = Rows.Row("10.0.0.1", 1000);
        row.Name = name;
        Assert.Equal($"2026-01-02T03:04:05.678Z,10.0.0.1,{field},1,1,0,1.000,1.000,1.000,0.000,up,,vm-1", Line(row));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("+49 30 1", "'+49 30 1")]
    [InlineData("-5", "'-5")]
    [InlineData("-5.0", "'-5.0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("a=1", "a=1")]
    [InlineData("10.5-7", "10.5-7")]
    [InlineData("", "")]
    public void Name_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(string name, string field)
    {
        var row = Rows.Row("10.0.0.1", 1000);
        (row.Name, row.Agent) = (name, name);

        Assert.Equal($"2026-01-02T03:04:05.678Z,10.0.0.1,{field},1,1,0,1.000,1.000,1.000,0.000,up,,{field}", Line(row));
    }

    [Fact]
    public void Text_longer_than_the_buffer_is_whole()
    {
        var row = Rows.Row("10.0.0.1", 1000);
        row.Name = new string('ü', 200_000);
        Assert.Equal(row.Name, Line(row).Split(',')[2]);
    }

    [Fact]
    public void Nothing_is_allocated_per_row()
    {
        const int rows = 10_000;
        using var writer = new CsvResultWriter(Stream.Null);
        var row = Rows.Row("10.0.0.1", 1000, 2000, 0, 4000, 5000);
        row.Name = "gateway";
        Write(writer, row, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(writer, row, rows);
        // Not 0: at times the runtime begins something of its own on this thread. An object has at least 24 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rows);
    }

    private static void Write(CsvResultWriter writer, ResultRow row, int times)
    {
        for (var i = 0; i < times; i++)
        {
            row.Time = row.Time.AddMilliseconds(1);
            writer.Write(row);
        }
    }

    private static string Line(ResultRow row) => Rows.LinesOf(ResultFormat.Csv, row)[1];
}
