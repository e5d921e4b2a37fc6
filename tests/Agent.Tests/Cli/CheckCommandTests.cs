using System.Text;
using System.Text.Json;
using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    private readonly MemoryStream _data = new();
    private readonly StringWriter _output = new(), _error = new();

    private string Data => Encoding.UTF8.GetString(_data.ToArray());

    public void Dispose()
    {
        _data.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task This_host_is_looked_at_and_measured()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(new CheckOptions(Rate: 500, FpingPath: null, Json: true)));

        var report = JsonDocument.Parse(Data).RootElement;
        Assert.True(report.GetProperty("works").GetBoolean());
        Assert.Equal("raw", report.GetProperty("engine").GetString());
        var measured = report.GetProperty("measured");
        Assert.Equal(1500, measured.GetProperty("targets").GetInt32());
        Assert.InRange(measured.GetProperty("pings_per_second").GetDouble(), 1, 500);
        Assert.True(measured.GetProperty("received").GetInt32() > 0);
        var findings = report.GetProperty("findings").EnumerateArray().ToDictionary(finding => finding.GetProperty("what").GetString()!);
        Assert.Equal(12, findings.Count);
        Assert.True(report.GetProperty("safe_rate").TryGetInt32(out _));
        Assert.Contains("/fping", findings["engine fping"].GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.All(findings.Values, finding => Assert.Contains(finding.GetProperty("verdict").GetString(), (string[])["ok", "limits", "missing"]));
        Assert.All(findings.Values, finding => Assert.Equal(finding.GetProperty("verdict").GetString() == "ok", finding.GetProperty("remedy").ValueKind == JsonValueKind.Null));
    }

    [Fact]
    public async Task Engine_that_does_not_work_is_told_with_its_reason()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(new CheckOptions(Rate: 500, FpingPath: "/no/such/fping", Json: false)));

        Assert.Contains("engine fping            missing     does not work\n", Data, StringComparison.Ordinal);
        Assert.Contains("-> /no/such/fping is not there", Data, StringComparison.Ordinal);
        Assert.EndsWith("\n\nengine raw works on this host\n", Data, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_without_a_working_engine_is_called_so()
    {
        new CheckReport(false, null, [new("engine raw", "does not work", Verdict.Missing, "no socket")], null).Write(Console(), json: false);

        Assert.EndsWith("\n\nno engine works on this host\n", Data, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_has_a_line_for_each_finding_and_one_below_for_its_remedy()
    {
        new CheckReport(true, "fping", [new("raw ICMP socket", "permitted", Verdict.Ok), new("CPUs", "1", Verdict.Limits, "buy more\nor less")], null)
            .Write(Console(), json: false);

        Assert.Equal(
            """
            raw ICMP socket  ok          permitted
            CPUs             limits you  1
                                         -> buy more
                                            or less

            engine fping works on this host

            """,
            Data);
    }

    [Theory]
    [InlineData(20_000, 60_000, 60_000, 0, 3.2, null)]
    [InlineData(20_000, 60_000, 60_000, 0, 6.0, "--max-rate 10000")]
    [InlineData(20_000, 60_000, 59_999, 0, 3.2, "loopback loses nothing by itself")]
    [InlineData(20_000, 60_000, 59_999, 3, 3.2, "sent again")]
    public void Measurement_is_judged_by_rate_loss_and_local_drops(int rate, long sent, long received, long drops, double seconds, string? remedy)
    {
        var finding = new RateMeasurement(12_000, sent, received, drops, seconds, sent / seconds).Judge(rate);

        Assert.Equal(remedy is null ? Verdict.Ok : Verdict.Limits, finding.Verdict);
        Assert.Contains(remedy ?? "", finding.Remedy ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_reach_the_check_and_help_has_examples()
    {
        CheckOptions? options = null;
        var check = CheckCommand.Create((given, _) =>
        {
            options = given;
            return Task.FromResult(ExitCode.Done);
        });

        Assert.Equal(ExitCode.Done, await CommandRunner.RunAsync([check], ["check", "--rate", "50000", "--fping", "/opt/fping", "--json"], _output, _error));
        Assert.Equal(new CheckOptions(50_000, "/opt/fping", true), options);
        Assert.Equal(ExitCode.Done, await CommandRunner.RunAsync([check], ["check", "--help"], _output, _error));
        Assert.Contains("fping-agent check --json", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, await CommandRunner.RunAsync([check], ["check", "--rate", "0"], _output, _error));
    }

    private Task<int> RunAsync(CheckOptions options) => CheckRun.RunAsync(options, Console(), CancellationToken.None);

    private PingConsole Console() => new(_data, _error, HasColour: false, Redraws: false, TimeProvider.System);
}
