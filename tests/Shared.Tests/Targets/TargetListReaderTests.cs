using System.Text;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class TargetListReaderTests
{
    [Theory]
    [InlineData("10.0.0.1\n10.0.0.2\n", "10.0.0.1|10.0.0.2")]
    [InlineData("10.0.0.1\r\n10.0.0.2", "10.0.0.1|10.0.0.2")]
    [InlineData("\uFEFF10.0.0.1\r\n", "10.0.0.1")]
    [InlineData("\n\n  \t\n10.0.0.1\n\n,,\n", "10.0.0.1")]
    [InlineData("# all\n10.0.0.1 # one\n10.0.0.2\t# two\n  # end", "10.0.0.1|10.0.0.2")]
    [InlineData("  10.0.0.1  ,  gate 7  ", "10.0.0.1 gate 7")]
    [InlineData("1.1.1.1,site", "1.1.1.1 site")]
    [InlineData("1.1.1.1,a,berlin,x", "1.1.1.1 a berlin x")]
    [InlineData("1.1.1.1,a#1,b\n", "1.1.1.1 a#1 b")]
    [InlineData("1.1.1.1,a,b # note, with comma", "1.1.1.1 a b")]
    [InlineData("\"1.1.1.1\" , \"a, b\",\"19\"\" rack\"", "1.1.1.1 a, b 19\" rack")]
    [InlineData("1.1.1.1,\"#5 \" # five", "1.1.1.1 #5")]
    [InlineData("1.1.1.1,\"\"", "1.1.1.1")]
    [InlineData("\" 1.1.1.1 \"", "1.1.1.1")]
    [InlineData("2001:DB8::1\n::ffff:10.0.0.1", "2001:db8::1|10.0.0.1")]
    [InlineData("10.0.0.9/30", "10.0.0.8|10.0.0.9|10.0.0.10|10.0.0.11")]
    [InlineData("10.0.0.1/32,host", "10.0.0.1 host")]
    [InlineData("2001:db8::/127,v6", "2001:db8:: v6|2001:db8::1 v6")]
    [InlineData("10.0.0.254-10.0.1.1,dhcp", "10.0.0.254 dhcp|10.0.0.255 dhcp|10.0.1.0 dhcp|10.0.1.1 dhcp")]
    [InlineData("10.0.0.1 - 10.0.0.2", "10.0.0.1|10.0.0.2")]
    [InlineData("10.0.0.1,Zürich", "10.0.0.1 Zürich")]
    public async Task Text_of_an_accepted_form_gives_its_targets(string text, string expected)
    {
        var list = await Reading.AcceptedAsync(text);

        Assert.Equal(expected.Split('|'), Reading.Rows(list));
    }

    [Theory]
    [InlineData("address\n10.0.0.1", "", "10.0.0.1")]
    [InlineData("# list\n\nAddress,Name,site\n10.0.0.1,a,berlin\n10.0.0.2\n10.0.0.3,,rome", "site", "10.0.0.1 a berlin|10.0.0.2|10.0.0.3  rome")]
    [InlineData("site,address\nberlin,10.0.0.1", "site", "10.0.0.1  berlin")]
    [InlineData("\uFEFF\"name\",\"ADDRESS\"\r\na,10.0.0.0/31\r\n", "", "10.0.0.0 a|10.0.0.1 a")]
    public async Task Header_names_the_columns(string text, string labels, string expected)
    {
        var list = await Reading.AcceptedAsync(text);

        Assert.Equal(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries), list.LabelNames);
        Assert.Equal(expected.Split('|'), Reading.Rows(list));
    }

    [Fact]
    public async Task Columns_without_a_header_are_the_name_and_numbered_labels()
    {
        var list = await Reading.AcceptedAsync("10.0.0.1\n10.0.0.2,b,two,three");

        Assert.Equal(["label2", "label3"], list.LabelNames);
        Assert.Equal(["", "two"], [list.LabelOf(0, 0), list.LabelOf(1, 0)]);
        Assert.Equal(["", "three"], [list.LabelOf(0, 1), list.LabelOf(1, 1)]);
    }

    [Fact]
    public async Task List_keeps_its_source_version_and_index()
    {
        var reader = new TargetListReader(new FakeNameResolver());
        var reading = await reader.ReadAsync(Reading.Input("t.csv", "10.0.0.7\n::1"u8.ToArray()), 42, CancellationToken.None);

        var list = reading.List!;
        Assert.Equal((42, "t.csv", 2), (list.Version, list.Source, list.Count));
        Assert.Equal(1, list.IndexOf(TargetAddress.Parse("::1")));
        Assert.Equal(-1, list.IndexOf(TargetAddress.Parse("::2")));
    }

    [Fact]
    public async Task Duplicates_are_merged_into_the_first_and_counted_with_places()
    {
        var reading = await Reading.OfAsync("10.0.0.1,first\n10.0.0.0/30,net\n::ffff:10.0.0.1,mapped\n10.0.0.2\n10.0.0.3\n");

        Assert.Equal(["10.0.0.1 first", "10.0.0.0 net", "10.0.0.2 net", "10.0.0.3 net"], Reading.Rows(reading.List!));
        Assert.Equal(4, reading.Duplicates);
        Assert.Equal(
            "targets named more than once and kept once: 4 (t.csv:2 10.0.0.1, t.csv:3 10.0.0.1, t.csv:4 10.0.0.2, ...)",
            Assert.Single(reading.Warnings));
    }

    [Fact]
    public async Task Excluded_targets_are_left_out_and_counted_with_places()
    {
        var exclude = new AddressSet([Range("10.0.0.0/30"), Range("2001:db8::/32")]);
        var names = new FakeNameResolver(("inside", "10.0.0.3"));
        var reading = await Reading.OfAsync("10.0.0.2\n10.0.0.4\n2001:db8::9\ninside\n"u8.ToArray(), names, exclude);

        Assert.Equal(["10.0.0.4"], Reading.Rows(reading.List!));
        Assert.Equal(3, reading.Excluded);
        Assert.Equal(
            "targets left out by the exclude list: 3 (t.csv:1 10.0.0.2, t.csv:3 2001:db8::9, t.csv:4 10.0.0.3)",
            Assert.Single(reading.Warnings));
    }

    [Fact]
    public async Task List_that_is_excluded_as_a_whole_is_an_error()
    {
        var reading = await Reading.OfAsync("10.0.0.2\n10.0.0.3"u8.ToArray(), exclude: new AddressSet([Range("10.0.0.0/8")]));

        Assert.Null(reading.List);
        Assert.Equal("t.csv: all 2 targets are left out by the exclude list; shorten that, or add targets", Assert.Single(reading.Errors));
    }

    [Fact]
    public async Task Several_inputs_make_one_list_and_share_labels_by_name()
    {
        var reading = await new TargetListReader(new FakeNameResolver()).ReadAsync(
            [
                TargetInput.FromArguments(["10.0.0.1", "10.0.0.2-10.0.0.3"]),
                Reading.Input("a.csv", "address,site\n10.0.0.4,rome"u8.ToArray()),
                Reading.Input("b.csv", "SITE,address\nbern,10.0.0.5\nx,10.0.0.1"u8.ToArray()),
            ],
            1,
            CancellationToken.None);

        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4  rome", "10.0.0.5  bern"], Reading.Rows(reading.List!));
        Assert.Equal(["site"], reading.List!.LabelNames);
        Assert.Contains("b.csv:3 10.0.0.1", Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.Equal("argument, a.csv, b.csv", reading.List.Source);
    }

    [Fact]
    public async Task Bad_argument_is_reported_with_its_number()
    {
        var reading = await new TargetListReader(new FakeNameResolver())
            .ReadAsync(TargetInput.FromArguments(["10.0.0.1", "10.0.0\n.2"]), 1, CancellationToken.None);

        Assert.StartsWith("argument:2: '10.0.0 .2'", Assert.Single(reading.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_gives_one_byte_at_a_time_reads_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes("\uFEFFaddress,name\r\n10.0.0.1,\"a, b\"\r\n\r\n10.0.0.2,c");
        var reading = await new TargetListReader(new FakeNameResolver())
            .ReadAsync(new TargetInput("slow", () => new TricklingStream(bytes)), 1, CancellationToken.None);

        Assert.Equal(["10.0.0.1 a, b", "10.0.0.2 c"], Reading.Rows(reading.List!));
    }

    [Fact]
    public async Task Columns_of_many_rows_keep_each_text_at_its_row()
    {
        const int Rows = 140_000;
        var text = new StringBuilder();
        for (var row = 0; row < Rows; row++)
        {
            text.Append($"10.{row >> 16}.{(row >> 8) & 255}.{row & 255},{(row % 3 == 0 ? "" : $"name-{row}")},site-{row % 7}\n");
        }

        var list = await Reading.AcceptedAsync(text.ToString());

        Assert.Equal(Rows, list.Count);
        Assert.DoesNotContain(Enumerable.Range(0, Rows), row =>
            list.NameOf(row) != (row % 3 == 0 ? "" : $"name-{row}") || list.LabelOf(row, 0) != $"site-{row % 7}" || list.IndexOf(list.Addresses[row]) != row);
    }

    [Fact]
    public async Task Large_range_gives_all_its_addresses_the_name()
    {
        var list = await Reading.AcceptedAsync("10.0.0.0/14,net\n");

        Assert.Equal(1 << 18, list.Count);
        Assert.Equal("net", list.NameOf(list.Count - 1));
        Assert.Equal(list.Count - 1, list.IndexOf(TargetAddress.Parse("10.3.255.255")));
    }

    private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);
}
