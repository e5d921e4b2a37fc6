using System.Text;
using FpingCluster.Shared.Targets;
using FpingCluster.Shared.Targets.Reading;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class TargetListErrorTests
{
    [Theory]
    [InlineData("1.2.3", "'1.2.3' is no address: it has 3 octets; write four numbers from 0 to 255")]
    [InlineData("1.2.3.4.5", "'1.2.3.4.5' is no address: it has 5 octets; write four numbers from 0 to 255")]
    [InlineData("1234", "'1234' is no address: octet 1 is '1234'; write four numbers from 0 to 255")]
    [InlineData("12", "'12' is no address: it has 1 octet; write four numbers from 0 to 255")]
    [InlineData("1.2.3.400", "'1.2.3.400' is no address: octet 4 is '400'; write four numbers from 0 to 255")]
    [InlineData("1.256.3.4,name", "'1.256.3.4' is no address: octet 2 is '256'; write four numbers from 0 to 255")]
    [InlineData("1..3.4", "'1..3.4' is no address: octet 2 is ''; write four numbers from 0 to 255")]
    [InlineData("1.2.3.99999999999", "'1.2.3.99999999999' is no address: octet 4 is '99999999999'; write four numbers from 0 to 255")]
    [InlineData("1.2.3.4x", "'1.2.3.4x' is no address: octet 4 is '4x'; write four numbers from 0 to 255")]
    [InlineData("1.2.3.x", "'1.2.3.x' is no address: octet 4 is 'x'; write four numbers from 0 to 255")]
    [InlineData("01.2.3.4x", "'01.2.3.4x' is no address: octet 1 is '01', which some programs read as octal; write it without leading zeros")]
    [InlineData("1.2.3.04", "'1.2.3.04' is no address: octet 4 is '04', which some programs read as octal; write it without leading zeros")]
    [InlineData("1.2.3.400/24", "'1.2.3.400/24' is no address: octet 4 is '400'; write four numbers from 0 to 255")]
    [InlineData("1.2.3.4/33", "'1.2.3.4/33' is no address: the prefix length is '33'; write a number from 0 to 32")]
    [InlineData("1.2.3.4/", "'1.2.3.4/' is no address: the prefix length is ''; write a number from 0 to 32")]
    [InlineData("1.2.3.4/24/8", "'1.2.3.4/24/8' is no address: the prefix length is '24/8'; write a number from 0 to 32")]
    [InlineData("1.2.3.4/255.255.255.0", "'1.2.3.4/255.255.255.0' is no address: the prefix length is '255.255.255.0'; write a number from 0 to 32")]
    [InlineData("::1/129", "'::1/129' is no address: the prefix length is '129'; write a number from 0 to 128")]
    [InlineData("gate/24", "'gate/24' is no address: before '/' stands 'gate'; write a CIDR like 10.0.0.0/24")]
    [InlineData("10.0.0.9-10.0.0.1", "'10.0.0.9-10.0.0.1' is no address: the range ends before it begins; swap the addresses")]
    [InlineData("10.0.0.1-50", "'10.0.0.1-50' is no address: the range ends with '50'; write the whole last address, like 10.0.0.1-10.0.0.9")]
    [InlineData("10.0.0.1-::1", "'10.0.0.1-::1' is no address: the range begins in one address family and ends in the other; write two ranges")]
    [InlineData("2024-01-02", "'2024-01-02' is no address: octet 1 is '2024'; write four numbers from 0 to 255")]
    [InlineData("-", "'-' is no address: octet 1 is ''; write four numbers from 0 to 255")]
    [InlineData("https://example.com/", "'https://example.com/' is no address: it is a URL; write its host alone")]
    [InlineData("1.2.3.4:80", "'1.2.3.4:80' is no address: a port cannot be pinged; remove it")]
    [InlineData("[::1]:80", "'[::1]:80' is no address: an IPv6 address stands without brackets and port; remove them")]
    [InlineData("fe80::1%eth0", "'fe80::1%eth0' is no address: an address with a scope means another host on every machine; write a global address")]
    [InlineData("1:2:3::4::5", "'1:2:3::4::5' is no address: write IPv6 as hexadecimal groups like 2001:db8::1, with one '::' at most")]
    [InlineData("10.0.0.1 gate", "'10.0.0.1 gate' is no address: one address or name belongs on a line; separate columns with commas")]
    [InlineData("10.0.0.1;gate", "'10.0.0.1;gate' is no address: one address or name belongs on a line; separate columns with commas")]
    [InlineData("my gate", "'my gate' is no address: one address or name belongs on a line; separate columns with commas")]
    [InlineData("10.0.0.0/24 office", "'10.0.0.0/24 office' is no address: one address or name belongs on a line; separate columns with commas")]
    [InlineData("10.0.0.1 10.0.0.2", "'10.0.0.1 10.0.0.2' is no address: one address or name belongs on a line; separate columns with commas")]
    public async Task Address_that_is_wrong_is_explained_and_never_taken_for_a_name(string line, string expected) =>
        Assert.Equal("t.csv:2: " + expected, await Reading.RejectedAsync("10.0.0.1\n" + line + "\n10.0.0.2"));

    [Theory]
    [InlineData("gate_7", "'gate_7' is neither an address nor a host name: a host name has no '_', only letters, digits, '-' and '.'; remove it")]
    [InlineData("-gate", "'-gate' is neither an address nor a host name: a part of a host name neither begins nor ends with '-'; remove it")]
    [InlineData("a..b", "'a..b' is neither an address nor a host name: a part between its dots is empty; remove the dot")]
    [InlineData("host.12", "'host.12' is neither an address nor a host name: the last part of a host name is not a number; write an address with four numbers, or the full name")]
    [InlineData("zürich.example", "'zürich.example' is neither an address nor a host name: a host name has only the letters a to z; write an international name in its ASCII form (xn--...)")]
    public async Task Host_name_that_is_wrong_is_explained(string line, string expected) =>
        Assert.Equal("t.csv:1: " + expected, await Reading.RejectedAsync(line));

    [Fact]
    public async Task Host_name_that_is_too_long_is_explained_and_cut_in_the_message()
    {
        var label = new string('a', 64);
        var longest = string.Join('.', Enumerable.Repeat(new string('b', 49), 5)) + ".example";

        Assert.Equal(
            $"t.csv:1: '{label[..60]}...' is neither an address nor a host name: one of its parts has 64 characters and at most 63 are allowed; shorten it",
            await Reading.RejectedAsync(label));
        Assert.EndsWith("it has 257 bytes; write one address, CIDR, range a-b or host name", await Reading.RejectedAsync(longest), StringComparison.Ordinal);
        Assert.EndsWith("it has 254 characters and a host name has at most 253; shorten it", await Reading.RejectedAsync(longest[3..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.1.2.3", "0.1.2.3 is an address of 0.0.0.0/8 (\"this network\"), which is never pinged; remove it")]
    [InlineData("224.0.0.1", "224.0.0.1 is a multicast address (224.0.0.0/4), which is never pinged; remove it")]
    [InlineData("239.255.255.255", "239.255.255.255 is a multicast address (224.0.0.0/4), which is never pinged; remove it")]
    [InlineData("240.0.0.1", "240.0.0.1 is a class E address (240.0.0.0/4), which is never pinged; remove it")]
    [InlineData("255.255.255.255", "255.255.255.255 is the broadcast address, which is never pinged; remove it")]
    [InlineData("::ffff:224.0.0.1", "224.0.0.1 is a multicast address (224.0.0.0/4), which is never pinged; remove it")]
    [InlineData("::", ":: is the unspecified address, which is never pinged; remove it")]
    [InlineData("ff02::1", "ff02::1 is a multicast address (ff00::/8), which is never pinged; remove it")]
    [InlineData("223.255.255.254-224.0.0.1", "223.255.255.254-224.0.0.1 holds 224.0.0.0, a multicast address (224.0.0.0/4), which is never pinged; leave it out of the range")]
    [InlineData("255.255.255.254/31", "255.255.255.254-255.255.255.255 holds 255.255.255.255, the broadcast address, which is never pinged; leave it out of the range")]
    public async Task Address_that_is_never_pinged_is_refused(string line, string expected) =>
        Assert.Equal("t.csv:1: " + expected, await Reading.RejectedAsync(line));

    [Theory]
    [InlineData("10.0.0.0/7", "10.0.0.0-11.255.255.255")]
    [InlineData("2001:db8::/103", "2001:db8::-2001:db8::1ff:ffff")]
    [InlineData("10.0.0.0-11.0.0.0", "10.0.0.0-11.0.0.0")]
    public async Task Range_of_too_many_addresses_is_refused_with_the_bound(string line, string range) =>
        Assert.Equal($"t.csv:1: {range} has more than 16,777,216 addresses, the most one line may stand for; split it", await Reading.RejectedAsync(line));

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public async Task Whole_address_space_is_refused_for_both_reasons(string line)
    {
        var error = await Reading.RejectedAsync(line);

        Assert.Contains("more than 16,777,216 addresses", error, StringComparison.Ordinal);
        Assert.Contains("is never pinged", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1,\"gate", "the quote of column 2 is not closed on this line; close it, or double it (\"\") where it is part of the text")]
    [InlineData("\"10.0.0.1", "the quote of column 1 is not closed on this line; close it, or double it (\"\") where it is part of the text")]
    [InlineData("10.0.0.1,\"a\"b", "column 2 goes on after its closing quote; put a comma there, or double the quotes inside the text (\"\")")]
    [InlineData("10.0.0.1,19\" rack", "column 2 has a quote inside; put the whole field in quotes and double those inside (\"19\"\" rack\")")]
    [InlineData(",gate", "column 1 has no address; write one, or remove the line")]
    [InlineData("10.0.0.1\0", "byte 9 of the line is NUL, so this is no UTF-8 text; save the list as UTF-8")]
    [InlineData("10.0.0.1,\u001b[31m", "byte 10 of the line is the control character 0x1B; remove it")]
    [InlineData("10.0.0.1\r10.0.0.2", "byte 9 of the line is the control character 0x0D; remove it")]
    [InlineData("ip,site", "the first row looks like a header, but has no column 'address'; call the column 'ip' so")]
    [InlineData("address,,x", "column 2 of the header has no name; name it or remove the column")]
    [InlineData("address,x,X", "the header names 'X' twice; rename one of the columns")]
    public async Task Line_that_is_junk_is_reported_with_its_place(string line, string expected) =>
        Assert.Equal("t.csv:2: " + expected, await Reading.RejectedAsync("# list\n" + line + "\n"));

    [Fact]
    public async Task Line_with_more_columns_than_the_header_is_refused() =>
        Assert.Equal(
            "t.csv:2: 3 columns, but the header names 2; remove those too many, or put a text with commas in quotes",
            await Reading.RejectedAsync("address,name\n10.0.0.1,a,b\n"));

    [Fact]
    public async Task Line_with_too_many_columns_is_refused() =>
        Assert.Equal(
            "t.csv:1: more than 34 columns, which is the most there may be (address, name, 32 labels); remove some",
            await Reading.RejectedAsync("10.0.0.1" + new string(',', 34)));

    [Fact]
    public async Task Label_beyond_the_bound_is_refused()
    {
        var header = "address," + string.Join(',', Enumerable.Range(1, TargetListLimits.Labels).Select(number => $"l{number}"));
        var reading = await new TargetListReader(new FakeNameResolver()).ReadAsync(
            [Reading.Input("a.csv", Encoding.UTF8.GetBytes(header)), Reading.Input("b.csv", "address,L1,more\n10.0.0.1"u8.ToArray())],
            1,
            CancellationToken.None);

        Assert.Equal("b.csv:1: here the list has more than 32 labels; remove the column 'more'", Assert.Single(reading.Errors));
    }

    [Fact]
    public async Task Text_that_is_too_long_is_refused_and_the_longest_accepted()
    {
        var longest = new string('x', TargetListLimits.TextBytes);

        Assert.Equal(longest, (await Reading.AcceptedAsync($"10.0.0.1,{longest},{longest}")).NameOf(0));
        Assert.Equal(
            "t.csv:1: column 2 has 256 bytes, and a name or label has at most 255; shorten it",
            await Reading.RejectedAsync($"10.0.0.1,{longest}x"));
    }

    [Theory]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    [InlineData(3_000_000, false)]
    public async Task Line_over_64_KB_is_refused_and_the_next_is_read(int length, bool accepted)
    {
        var reading = await Reading.OfAsync("10.0.0.1 #" + new string('x', length - 10) + "\r\n10.0.0.300\n");

        string[] expected = accepted
            ? ["t.csv:2: '10.0.0.300' is no address: octet 4 is '300'; write four numbers from 0 to 255"]
            : ["t.csv:1: the line has more than 65,536 bytes; put one target on each line", "t.csv:2: '10.0.0.300' is no address: octet 4 is '300'; write four numbers from 0 to 255"];
        Assert.Equal(expected, reading.Errors);
    }

    [Fact]
    public async Task Last_line_over_64_KB_is_refused() =>
        Assert.Equal(
            "t.csv:1: the line has more than 65,536 bytes; put one target on each line",
            await Reading.RejectedAsync(new string('x', 2_000_000)));

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Equal(
            "t.csv:2: the line is not valid UTF-8; save the list as UTF-8",
            await Reading.RejectedAsync([.. "10.0.0.1\n10.0.0.2,Z"u8, 0xFC, .. "rich\n"u8]));

    [Fact]
    public async Task UTF16_file_is_refused_as_no_UTF8_text()
    {
        var reading = await Reading.OfAsync(Encoding.Unicode.GetBytes("10.0.0.1\n"));

        Assert.Equal("t.csv:1: byte 2 of the line is NUL, so this is no UTF-8 text; save the list as UTF-8", reading.Errors[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\r\n\n# nothing\n")]
    [InlineData("address,name\n")]
    public async Task Empty_list_is_an_error_that_names_the_file(string text) =>
        Assert.Equal("t.csv: there are no targets; put an address, a CIDR, a range a-b or a host name on each line", await Reading.RejectedAsync(text));

    [Fact]
    public async Task All_errors_are_counted_and_the_first_twenty_kept()
    {
        var reading = await Reading.OfAsync(string.Concat(Enumerable.Repeat("10.0.0.1\n1.2.3\n", 50)));

        Assert.Null(reading.List);
        Assert.Equal(50, reading.ErrorCount);
        Assert.Equal(20, reading.Errors.Count);
        Assert.StartsWith("t.csv:40: ", reading.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_with_two_errors_reports_both()
    {
        var reading = await Reading.OfAsync("1.2.3," + new string('x', 256));

        Assert.Equal(2, reading.ErrorCount);
    }

    [Fact]
    public async Task Host_names_of_a_bad_list_are_not_resolved()
    {
        var names = new FakeNameResolver(("gate", "10.0.0.1"));
        var reading = await Reading.OfAsync("gate\n1.2.3\n"u8.ToArray(), names);

        Assert.Null(reading.List);
        Assert.Empty(names.Asked);
    }

    [Fact]
    public void List_of_too_many_targets_is_refused_where_it_becomes_too_long()
    {
        var errors = new ErrorCollector();
        var rows = new RowReader("t.csv", new TargetListBuilder(AddressSet.Empty, maxTargets: 5), errors);

        rows.Read("10.0.0.0/30"u8.ToArray(), 1, isTooLong: false);
        rows.Read("10.0.0.0/31"u8.ToArray(), 2, isTooLong: false);
        Assert.False(rows.IsFull);
        rows.Read("10.0.1.0/31"u8.ToArray(), 3, isTooLong: false);

        Assert.True(rows.IsFull);
        Assert.Equal(
            "t.csv:3: here the list has more than 20,000,000 targets, the most a job may have; split it over several jobs",
            Assert.Single(errors.Errors));
    }

    [Fact]
    public async Task Source_that_cannot_be_read_is_an_error_that_names_it()
    {
        var reading = await new TargetListReader(new FakeNameResolver())
            .ReadAsync(new TargetInput("t.csv", () => throw new IOException("there is no such file; check the path")), 1, CancellationToken.None);

        Assert.Equal("t.csv: cannot be read: there is no such file; check the path", Assert.Single(reading.Errors));
    }
}
