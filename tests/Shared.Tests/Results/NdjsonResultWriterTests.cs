using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class NdjsonResultWriterTests
{
    [Fact]
    public void Row_has_the_fields_of_the_csv_and_every_rtt_and_the_labels()
    {
        var row = Rows.Row("10.0.0.1", 1000, 0, 2500);
        row.Name = "Köln \"1\"";
        row.Labels = [KeyValuePair.Create("site", "köln"), KeyValuePair.Create("rack", "")];
        Assert.Equal(
            """{"time":"2026-01-02T03:04:05.678Z","address":"10.0.0.1","name":"Köln \"1\"","sent":3,"received":2,"loss_percent":33.33,""" +
            """ "min_ms":1,"avg_ms":1.75,"max_ms":2.5,"stddev_ms":0.75,"state":"up","reason":"","agent":"vm-1","rtts_ms":[1,null,2.5],""".TrimStart() +
            """ "labels":{"site":"köln","rack":""}}""".TrimStart(),
            Rows.LinesOf(ResultFormat.Ndjson, row).Single());
    }

    [Fact]
    public void Unknown_target_has_null_for_every_number_that_was_not_measured()
    {
        var line = Rows.LinesOf(ResultFormat.Ndjson, Rows.Unresolved("gw.example")).Single();
        Assert.Contains("""
            "address":"gw.example","name":"","sent":0,"received":0,"loss_percent":null,"min_ms":null,"avg_ms":null,"max_ms":null,"stddev_ms":null,"state":"unknown"
            """.Trim(), line, StringComparison.Ordinal);
        Assert.EndsWith("""
            "reason":"name-not-resolved","agent":"","rtts_ms":[],"labels":{}}
            """.Trim(), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1u, "0.001")]
    [InlineData(70u, "0.07")]
    [InlineData(999u, "0.999")]
    [InlineData(1_000u, "1")]
    [InlineData(10_000u, "10")]
    [InlineData(100_500u, "100.5")]
    [InlineData(1_200_340u, "1200.34")]
    [InlineData(uint.MaxValue, "4294967.295")]
    public void Milliseconds_are_exact_and_end_with_no_zero(uint microseconds, string expected)
    {
        var line = Rows.LinesOf(ResultFormat.Ndjson, Rows.Row("10.0.0.1", microseconds)).Single();

        Assert.Contains($"""
            "loss_percent":0,"min_ms":{expected},"avg_ms":{expected},"max_ms":{expected},"stddev_ms":0,"state"
            """.Trim(), line, StringComparison.Ordinal);
        Assert.Contains($"""
            "rtts_ms":[{expected}]
            """.Trim(), line, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_is_one_line()
    {
        var row = Rows.Row("10.0.0.1", 1000);
        row.Name = "two\nlines";
        var lines = Rows.LinesOf(ResultFormat.Ndjson, row, row, row);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void Thousands_of_rows_pass_the_buffer_unharmed()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => Rows.Row($"10.0.{i / 250}.{i % 250}", 1000, 2000)).ToArray();
        var lines = Rows.LinesOf(ResultFormat.Ndjson, rows);
        Assert.Equal(rows.Select(row => row.Address.ToString()), lines.Select(line => line.Split('"')[7]));
    }
}
