using System.Text;
using System.Text.Json;
using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class SummaryJsonTests
{
    private static readonly RoundSummary Summary = new()
    {
        Targets = 10,
        Up = 7,
        Down = 2,
        Unknown = 1,
        Sent = 45,
        Received = 35,
        Duplicates = 3,
        LocalDrops = 4,
        Duration = TimeSpan.FromMilliseconds(2500),
        Rtt = new RttSummary(0.5, 1.25, 1.125, 9, 10.001),
        Agents = [new AgentShare("a", "raw", 10, 45, 35)],
        Rounds = 2,
    };

    [Fact]
    public void Object_has_the_documented_keys()
    {
        using var document = JsonDocument.Parse(SummaryJson.ToUtf8(Summary));
        Assert.Equal(
            """{"targets":10,"up":7,"down":2,"unknown":1,"sent":45,"received":35,"duplicates":3,"local_drops":4,"duration_s":2.5,"pings_per_second":18,""" +
            "\"rtt_ms\":{\"min\":0.5,\"avg\":1.25,\"p50\":1.125,\"p99\":9,\"max\":10.001}," +
            "\"agents\":[{\"name\":\"a\",\"engine\":\"raw\",\"targets\":10,\"sent\":45,\"received\":35}],\"rounds\":2}",
            JsonSerializer.Serialize(document.RootElement));
    }

    [Fact]
    public void Summary_survives_the_way_there_and_back()
    {
        var read = SummaryJson.Read(SummaryJson.ToUtf8(Summary));
        Assert.Equal(Summary with { Agents = [] }, read with { Agents = [] });
        Assert.Equal(Summary.Agents, read.Agents);
    }

    [Fact]
    public void Round_without_a_reply_has_null_for_rtt()
    {
        var text = Encoding.UTF8.GetString(SummaryJson.ToUtf8(Summary with { Rtt = null, Received = 0 }));
        Assert.Contains("\"rtt_ms\": null", text, StringComparison.Ordinal);
        Assert.Null(SummaryJson.Read(Encoding.UTF8.GetBytes(text)).Rtt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"targets\": 1}")]
    [InlineData("[1]")]
    public void Anything_else_is_a_format_error(string text) => Assert.Throws<FormatException>(() => SummaryJson.Read(Encoding.UTF8.GetBytes(text)));
}
