using FpingCluster.Coordinator.Cli.Client;

namespace FpingCluster.Coordinator.Tests.Cli.Client;

public sealed class TextTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Numbers_stand_to_the_right_and_nothing_trails()
    {
        var table = new TextTable("NAME", "SENT", "NOTE");
        table.Add("a", "1,000", "");
        table.Add("longer", "-", "x y");

        Assert.Equal(
            """
            NAME     SENT  NOTE
            a       1,000
            longer      -  x y

            """,
            Print(table, colour: false));
    }

    [Theory]
    [InlineData("connected", 32)]
    [InlineData("draining", 33)]
    [InlineData("unfinished", 31)]
    public void State_is_coloured_where_colour_is_wanted(string state, int colour)
    {
        var table = new TextTable(TextTable.State, "N");
        table.Add(state, "1");

        Assert.Contains($"\e[{colour}m{state}\e[0m", Print(table, colour: true), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', Print(table, colour: false));
    }

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.9, "now")]
    [InlineData(3, "3s ago")]
    [InlineData(119, "119s ago")]
    [InlineData(120, "2m ago")]
    [InlineData(7_200, "2h ago")]
    [InlineData(200_000, "2d ago")]
    public void Ages_have_one_unit(double seconds, string words) => Assert.Equal(words, Wording.Ago(Now - TimeSpan.FromSeconds(seconds), Now));

    [Fact]
    public void What_is_not_there_is_a_dash()
    {
        Assert.Equal("-", Wording.Ago(null, Now));
        Assert.Equal("-", Wording.Until(null, Now));
        Assert.Equal("in 12s", Wording.Until(Now.AddSeconds(12), Now));
        Assert.Equal("- - - -", $"{Wording.Number(null)} {Wording.Percent(null)} {Wording.Rate(null)} {Wording.Seconds(null)}");
        Assert.Equal("600,000 0.01% 1,235 2.3s", $"{Wording.Number(600_000)} {Wording.Percent(0.012)} {Wording.Rate(1234.6)} {Wording.Seconds(2.34)}");
    }

    private static string Print(TextTable table, bool colour)
    {
        using var output = new StringWriter();
        table.WriteTo(output, colour);
        return output.ToString();
    }
}
