using System.Text;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingOutputParserTests
{
    private static readonly TargetAddress[] Targets = [.. new[] { "127.0.0.1", "10.97.2.9", "2001:db8::1" }.Select(TargetAddress.Parse)];

    [Theory]
    [InlineData("127.0.0.1 : 0.037 0.043 -", new uint[] { 37, 43, 0 })]
    [InlineData("127.0.0.1     : 12.8 1.00 500", new uint[] { 12_800, 1_000, 500_000 })]
    [InlineData("127.0.0.1 : - - -", new uint[] { 0, 0, 0 })]
    [InlineData("127.0.0.1 : 1.234e+06 -0.12 0.000", new uint[] { 1_234_000_000, 1, 1 })]
    [InlineData("127.0.0.1 : 0.037 0.043 - \r", new uint[] { 37, 43, 0 })]
    [InlineData(" [<- 10.9.9.9]127.0.0.1 : 0.037 0.043 0.001", new uint[] { 37, 43, 1 })]
    public void Line_of_a_target_gives_all_its_rtts(string line, uint[] expected)
    {
        var output = Parse(3, line);

        Assert.True(output.IsReported(0));
        Assert.Equal(expected, output.RttsUs(0).ToArray());
        Assert.Empty(output.StrangeLines);
    }

    [Fact]
    public void Names_of_every_length_are_matched_in_any_order()
    {
        var output = Parse(1, "2001:db8::1 : 3.00", "127.0.0.1   : 1.00", "10.97.2.9   : -");

        Assert.Equal([1_000, 0, 3_000], Enumerable.Range(0, 3).Select(target => output.RttsUs(target)[0]));
        Assert.Equal(3, output.Reported);
    }

    [Fact]
    public void Count_of_ten_and_more_is_read()
    {
        var output = Parse(12, "127.0.0.1 : " + string.Join(' ', Enumerable.Range(1, 12).Select(i => $"{i}.00")));

        Assert.Equal(Enumerable.Range(1, 12).Select(i => (uint)i * 1_000), output.RttsUs(0).ToArray());
    }

    [Fact]
    public void Same_target_twice_has_a_line_each()
    {
        var output = new FpingOutput(3, 1);
        var same = TargetAddress.Parse("10.0.0.1");
        var parser = new FpingOutputParser([same, TargetAddress.Parse("10.0.0.2"), same], 1, output);

        foreach (var line in new[] { "10.0.0.1 : 1.00", "10.0.0.1 : 2.00", "10.0.0.1 : 3.00", "10.0.0.2 : 4.00" })
        {
            parser.ParseLine(Encoding.ASCII.GetBytes(line));
        }

        Assert.Equal([1_000, 4_000, 2_000], Enumerable.Range(0, 3).Select(target => output.RttsUs(target)[0]));
        Assert.Equal(["10.0.0.1 : 3.00"], output.StrangeLines);
    }

    [Fact]
    public void Duplicate_replies_are_counted()
    {
        var output = Parse(2,
            "10.97.2.9 : duplicate for [0], 20 bytes, 0.30 ms",
            "10.97.2.9 : duplicate for [1], 20 bytes, 0.31 ms [<- 10.1.1.1]",
            "127.0.0.1 : 0.1 0.2");

        Assert.Contains(new TargetReason(1, ReasonKind.Duplicate, 2), output.Reasons);
        Assert.Contains(new TargetReason(1, ReasonKind.WrongSource, 0, TargetAddress.Parse("10.1.1.1")), output.Reasons);
        Assert.True(output.IsReported(0));
        Assert.False(output.IsReported(1));
        Assert.Empty(output.StrangeLines);
    }

    [Theory]
    [InlineData("127.0.0.1 : 0.037 0.043 0.001 [<- 10.9.9.9]")]
    [InlineData(" [<- 10.9.9.9]127.0.0.1 : 0.037 0.043 0.001")]
    [InlineData("127.0.0.1 [<- 10.9.9.9] : 0.037 0.043 0.001")]
    public void Reply_from_another_source_is_told_wherever_it_stands(string line)
    {
        var output = Parse(3, line);

        Assert.Equal([new TargetReason(0, ReasonKind.WrongSource, 0, TargetAddress.Parse("10.9.9.9"))], output.Reasons);
        Assert.Equal([37u, 43u, 1u], output.RttsUs(0).ToArray());
    }

    [Theory]
    [InlineData("ICMP Network Unreachable", 3, 0)]
    [InlineData("ICMP Host Unreachable", 3, 1)]
    [InlineData("ICMP Protocol Unreachable", 3, 2)]
    [InlineData("ICMP Port Unreachable", 3, 3)]
    [InlineData("ICMP Unreachable (Fragmentation Needed)", 3, 4)]
    [InlineData("ICMP Unreachable (Source Route Failed)", 3, 5)]
    [InlineData("ICMP Unreachable (Destination Network Unknown)", 3, 6)]
    [InlineData("ICMP Unreachable (Destination Host Unknown)", 3, 7)]
    [InlineData("ICMP Unreachable (Source Host Isolated)", 3, 8)]
    [InlineData("ICMP Unreachable (Communication with Network Prohibited)", 3, 9)]
    [InlineData("ICMP Unreachable (Communication with Host Prohibited)", 3, 10)]
    [InlineData("ICMP Unreachable (Network Unreachable For Type Of Service)", 3, 11)]
    [InlineData("ICMP Unreachable (Host Unreachable For Type Of Service)", 3, 12)]
    [InlineData("ICMP Unreachable (Communication Administratively Prohibited)", 3, 13)]
    [InlineData("ICMP Unreachable (Host Precedence Violation)", 3, 14)]
    [InlineData("ICMP Unreachable (Precedence cutoff in effect)", 3, 15)]
    [InlineData("ICMP Unreachable (Invalid Code)", 3, 255)]
    [InlineData("ICMP Source Quench", 4, 0)]
    [InlineData("ICMP Redirect", 5, 0)]
    [InlineData("ICMP Time Exceeded", 11, 0)]
    [InlineData("ICMP Parameter Problem", 12, 0)]
    public void Icmp_error_becomes_the_targets_reason(string text, byte type, byte code)
    {
        var output = Parse(1, $"{text} from 10.98.0.2 for ICMP Echo sent to 10.97.2.9");

        Assert.Equal([TargetReason.Icmp(1, type, code, TargetAddress.Parse("10.98.0.2"))], output.Reasons);
        Assert.Empty(output.StrangeLines);
    }

    [Theory]
    [InlineData("127.0.0.1 : [0], 64 bytes, 12.8 ms (12.8 avg, 0% loss)")]
    [InlineData("127.0.0.1 : [3], timed out (NaN avg, 100% loss)")]
    [InlineData("127.0.0.1 : xmt/rcv/%loss = 5/5/0%, min/avg/max = 0.026/0.033/0.049")]
    [InlineData("127.0.0.1 : xmt/rcv/%return = 2/3/150%, min/avg/max = 0.1/0.2/0.3")]
    [InlineData("")]
    [InlineData("   ")]
    public void Lines_that_add_nothing_are_passed_over(string line)
    {
        var output = Parse(1, line);

        Assert.Empty(output.StrangeLines);
        Assert.Equal(0, output.Reported);
    }

    [Theory]
    [InlineData("no-such.invalid: Name or service not known")]
    [InlineData("fping error: not enough sequence numbers available! (expire_timeout=10000000000, host_nr=1, ping_count=2, seqmap_next_id=0)")]
    [InlineData("can't create socket (must run as root?)")]
    [InlineData("127.0.0.1: error while sending ping: Network is unreachable")]
    [InlineData("ICMP Something New from 10.98.0.2 for ICMP Echo sent to 10.97.2.9")]
    [InlineData("10.0.0.99 : 0.037")]
    [InlineData("127.0.0.1 : 0.037 0.038")]
    [InlineData("127.0.0.1 :")]
    [InlineData("127.0.0.1 : 0.03x")]
    [InlineData("127.0.0.1")]
    [InlineData(": 0.037")]
    public void Lines_that_nobody_understands_are_kept(string line)
    {
        var output = Parse(1, line);

        Assert.Equal([line], output.StrangeLines);
        Assert.Equal(0, output.Reported);
    }

    [Fact]
    public void Only_the_first_strange_lines_are_kept_and_cut_short()
    {
        var output = Parse(1, [.. Enumerable.Range(0, 100).Select(i => new string('x', 1_000))]);

        Assert.Equal(3, output.StrangeLines.Count);
        Assert.All(output.StrangeLines, line => Assert.Equal(200, line.Length));
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(20260102);
        var seeds = new[]
        {
            "127.0.0.1 : 0.037 0.043 -", " [<- 10.9.9.9]127.0.0.1 : 0.037 1e5 0.001", "ICMP Redirect from 1.2.3.4 for ICMP Echo sent to 10.97.2.9",
            "10.97.2.9 : duplicate for [0], 20 bytes, 0.30 ms [<- 10.1.1.1]", "2001:db8::1 : 1.2 - -0.1", " for ICMP Echo sent to  from ",
        };
        var output = new FpingOutput(Targets.Length, 3);
        var parser = new FpingOutputParser(Targets, 3, output);
        for (var i = 0; i < 50_000; i++)
        {
            var line = Encoding.ASCII.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var changes = random.Next(6); changes > 0; changes--)
            {
                line[random.Next(line.Length)] = (byte)random.Next(256);
            }

            parser.ParseLine(line.AsSpan(random.Next(line.Length)));
        }

        Assert.InRange(output.Reported, 0, Targets.Length);
    }

    [Fact]
    public void Parsing_result_lines_allocates_nothing()
    {
        var addresses = Shards.LoopbackAddresses(2_000);
        var lines = Array.ConvertAll(addresses, address => Encoding.ASCII.GetBytes($"{address}  : 0.037 0.043 - 12.8 1.00"));
        var parser = new FpingOutputParser(addresses, 5, new FpingOutput(addresses.Length, 5));
        parser.ParseLine(lines[0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < lines.Length; i++)
        {
            parser.ParseLine(lines[i]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static FpingOutput Parse(int count, params string[] lines)
    {
        var output = new FpingOutput(Targets.Length, count);
        var parser = new FpingOutputParser(Targets, count, output);
        foreach (var line in lines)
        {
            parser.ParseLine(Encoding.UTF8.GetBytes(line));
        }

        return output;
    }
}
