using System.Text;
using System.Text.Json;
using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Cli;

public sealed class PingRunTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string[] OutputLines => Encoding.UTF8.GetString(_output.ToArray()).TrimEnd('\n').Split('\n');

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Rows_come_in_the_order_of_the_arguments_each_address_once()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(Options("10.0.0.7", "10.0.0.0-10.0.0.2", "10.0.0.7", "2001:db8::/127")));
        Assert.Equal(
            ["address", "10.0.0.7", "10.0.0.0", "10.0.0.1", "10.0.0.2", "2001:db8::", "2001:db8::1"],
            OutputLines.Select(line => line.Split(',')[1]));
    }

    [Fact]
    public async Task Down_targets_are_no_failure()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(Options("10.0.0.0/24") with { Engines = new(new() { TakesTime = false, Dead = 100 }) }));
        Assert.Contains("256 targets: 0 up, 256 down, 0 unknown", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_run_shows_unknown_for_the_rest_and_ends_incomplete()
    {
        using var stopping = new CancellationTokenSource();
        var running = RunAsync(Options("10.0.0.0/30") with { Engines = new(new()) }, stopping.Token);
        await stopping.CancelAsync();
        Assert.Equal(ExitCode.Incomplete, await running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.All(OutputLines.Skip(1), line => Assert.EndsWith(",0,0,,,,,,unknown,not-probed,", line, StringComparison.Ordinal));
        Assert.Equal(5, OutputLines.Length);
    }

    [Fact]
    public async Task Files_are_written_and_stdout_stays_empty()
    {
        var rows = Path.Combine(_folder, "rows.csv");
        var summary = Path.Combine(_folder, "summary.json");
        await RunAsync(Options("10.0.0.0/25") with { Output = rows, SummaryFile = summary });
        Assert.Equal(0, _output.Length);
        Assert.Equal(129, (await File.ReadAllLinesAsync(rows)).Length);
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(summary));
        Assert.Equal(128, document.RootElement.GetProperty("targets").GetInt32());
        Assert.Equal("simulated", document.RootElement.GetProperty("agents")[0].GetProperty("engine").GetString());
    }

    [Fact]
    public async Task File_of_the_rows_is_named_at_the_end()
    {
        var rows = Path.Combine(_folder, "rows.csv");
        await RunAsync(Options("10.0.0.1") with { Output = rows });
        Assert.EndsWith($"results: {rows}\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Minus_is_stdout()
    {
        await RunAsync(Options("10.0.0.1") with { Output = "-" });
        Assert.Equal(2, OutputLines.Length);
        Assert.DoesNotContain("results:", _error.ToString(), StringComparison.Ordinal);

        _output.SetLength(0);
        await RunAsync(Options("10.0.0.1") with { Output = Path.Combine(_folder, "rows.csv"), SummaryFile = "-" });
        Assert.Equal(1, JsonDocument.Parse(_output.ToArray()).RootElement.GetProperty("targets").GetInt32());
        Assert.False(File.Exists("-"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("-")]
    public async Task Results_and_summary_on_stdout_are_refused(string? output)
    {
        var exception = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(Options("10.0.0.1") with { Output = output, SummaryFile = "-" }));
        Assert.Equal(ExitCode.BadUsage, exception.ExitStatus);
        Assert.StartsWith("the results and the summary would both go to stdout; name a file", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public async Task Pyfping_rows_are_appended()
    {
        var rows = Path.Combine(_folder, "result.csv");
        var options = Options("10.0.0.0/31") with { Output = rows, Format = ResultFormat.Pyfping };
        await RunAsync(options);
        await RunAsync(options);
        Assert.Equal(4, (await File.ReadAllLinesAsync(rows)).Length);
    }

    [Fact]
    public async Task Wrong_output_is_told_before_the_first_ping_and_leaves_no_file()
    {
        var options = Options("10.0.0.1") with { Output = Path.Combine(_folder, "rows.csv"), SummaryFile = Path.Combine(_folder, "nowhere", "summary.json") };
        await Assert.ThrowsAsync<OutputException>(() => RunAsync(options));
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task All_wrong_arguments_are_told_at_once()
    {
        var exception = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(Options("10.0.0.256", "10.0.0.1", "10.0.0.0/33")));
        Assert.Equal(2, exception.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("::/0")]
    [InlineData("2001:db8::/64")]
    [InlineData("0.0.0.0/0")]
    public async Task Range_too_large_for_a_list_is_refused(string range)
    {
        var exception = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(Options(range)));
        Assert.Contains("more than 16,777,216 addresses", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_public_addresses_than_anybody_pings_by_mistake_need_a_word_of_the_owner()
    {
        var real = Options("1.0.0.0/12") with { Probe = new Probe { Engine = EngineKind.Raw } };

        var exception = await Assert.ThrowsAsync<UserErrorException>(() => PingTargets.ReadAsync(real, _error, default));

        Assert.StartsWith("argument: 1,048,576 of the addresses are public (among them 1.0.0.0-1.0.255.255, ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("say so with --i-own-these, or shorten the list", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1_048_576, (await PingTargets.ReadAsync(real with { IOwnThese = true }, _error, default)).Count);
        Assert.Equal(1_048_576, (await PingTargets.ReadAsync(Options("1.0.0.0/12"), _error, default)).Count);
    }

    [Fact]
    public async Task What_is_excluded_is_left_out_and_told()
    {
        var options = Options("10.0.0.0/30");
        var excluded = new AddressSet([new AddressRange(TargetAddress.Parse("10.0.0.1"), TargetAddress.Parse("10.0.0.2"))]);

        await RunAsync(options with { Engines = options.Engines with { Exclude = excluded } });

        Assert.Equal(3, OutputLines.Length);
        Assert.Contains("targets left out by the exclude list: 2", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_of_a_file_are_pinged_and_its_errors_told_with_their_lines()
    {
        var file = Path.Combine(_folder, "targets.txt");
        await File.WriteAllTextAsync(file, "# gateways\n10.0.0.1\n\n10.0.1.0/31\n");
        await RunAsync(Options() with { File = file });
        Assert.Equal(4, OutputLines.Length);

        await File.WriteAllTextAsync(file, "10.0.0.1\n10.0.0.300\n");
        var exception = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(Options() with { File = file }));
        Assert.Contains("targets.txt:2", exception.Message, StringComparison.Ordinal);
    }

    private static PingOptions Options(params string[] targets) => new()
    {
        Targets = targets,
        Probe = new Probe { Engine = EngineKind.Simulated },
        Rate = 1000,
        Format = ResultFormat.Csv,
        Engines = new(new SimulationSettings { TakesTime = false }),
    };

    private Task<int> RunAsync(PingOptions options, CancellationToken cancellationToken = default) =>
        PingRun.RunAsync(options, new PingConsole(_output, _error, HasColour: false, Redraws: false, new FakeTimeProvider()), cancellationToken);
}
