using System.CommandLine;
using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Identity;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Tests.Cli;

public sealed class RunCommandTests : IDisposable
{
    private readonly StringWriter _output = new(), _error = new();
    private AgentOptions? _options;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Options_reach_the_agent()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(
            "--coordinator", "http://127.0.0.1:7443,https://ping.example:7443", "--name", "berlin-1", "--label", "site=berlin", "--label", "rack=",
            "--data-dir", "/tmp/a", "--spool-limit", "512MiB", "--max-rate", "5000", "--engine", "simulated", "--simulate", "dead=1", "--fping", "/opt/fping",
            "--follow-stdin"));

        Assert.NotNull(_options);
        Assert.Equal(["http://127.0.0.1:7443/", "https://ping.example:7443/"], _options.Coordinators.Select(url => url.ToString()));
        Assert.Equal(("berlin-1", "/tmp/a", 5000, "/opt/fping", true), (_options.Name, _options.DataDirectory, _options.MaxRate, _options.Setup.FpingPath, _options.FollowStdin));
        Assert.Equal(("berlin", ""), (_options.Labels["site"], _options.Labels["rack"]));
        Assert.Equal(512L << 20, _options.SpoolLimit);
        Assert.Equal([EngineKind.Simulated], _options.Engines);
        Assert.Equal(1, _options.Setup.Simulation.Dead);
    }

    [Fact]
    public async Task Defaults_are_a_host_of_its_own_name_at_the_usual_rate()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--coordinator", "http://[::1]:7443"));

        Assert.NotNull(_options);
        Assert.Equal((Environment.MachineName, 20_000, false), (_options.Name, _options.MaxRate, _options.FollowStdin));
        Assert.Equal(1L << 30, _options.SpoolLimit);
        Assert.Empty(_options.Labels);
        Assert.Empty(_options.Engines);
    }

    [Fact]
    public async Task All_errors_are_told_at_once()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(
            "--coordinator", "10.0.0.1,http://10.0.0.2:7443", "--name", "", "--label", "site", "--max-rate", "0", "--engine", "quantum", "--simulate", "colour=3"));

        Assert.Null(_options);
        var error = _error.ToString();
        Assert.All(["'10.0.0.1'", "--insecure", "--name", "'site'", "--max-rate", "'quantum'", "--simulate is only for", "colour"], part => Assert.Contains(part, error, StringComparison.Ordinal));
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("http://10.0.0.1:7443", true)]
    [InlineData("http://ping.example:7443", true)]
    [InlineData("https://10.0.0.1:7443", false)]
    [InlineData("http://127.0.0.5:7443", false)]
    [InlineData("http://localhost:7443", false)]
    [InlineData("http://[::1]:7443", false)]
    public async Task Plain_http_leaves_this_host_only_with_insecure(string url, bool refused)
    {
        Assert.Equal(refused ? ExitCode.BadUsage : ExitCode.Done, await RunAsync("--coordinator", url));
        Assert.Equal(refused, _error.ToString().Contains("--insecure", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Done, await RunAsync("--coordinator", url, "--insecure"));
    }

    [Theory]
    [InlineData("--certificate a.crt", "--certificate and --key belong together")]
    [InlineData("--key a.key", "--certificate and --key belong together")]
    [InlineData("--certificate a.crt --key a.key --token-file t", "--token-file is for an agent without a certificate of its own")]
    public async Task Credentials_that_do_not_fit_together_are_refused(string options, string expected)
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(["--coordinator", "https://127.0.0.1:7443", .. options.Split(' ')]));

        Assert.Contains(expected, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_without_an_https_coordinator_are_refused()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync("--coordinator", "http://127.0.0.1:7443", "--token-file", "join.token"));

        Assert.Contains("are for https coordinators", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_handed_over()
    {
        await RunAsync("--coordinator", "https://127.0.0.1:7443", "--certificate", "a.crt", "--key", "a.key", "--ca-file", "ca.crt");

        Assert.Equal(new CredentialOptions { Certificate = "a.crt", Key = "a.key", CaFile = "ca.crt" }, _options!.Credentials);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1:7443/path")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user@127.0.0.1:7443")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task Address_that_is_none_is_refused_with_an_example(string url)
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync("--coordinator", url));

        Assert.Contains("http://HOST:PORT", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("--engine fping", true)]
    [InlineData("--engine simulated", false)]
    [InlineData("--engine fping --engine simulated", false)]
    public async Task Simulation_is_refused_without_the_engine_that_does_it(string engines, bool refused)
    {
        string[] arguments = ["--coordinator", "http://127.0.0.1:7443", "--simulate", "dead=1", .. engines.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        Assert.Equal(refused ? ExitCode.BadUsage : ExitCode.Done, await RunAsync(arguments));

        Assert.Equal(refused, _options is null);
        Assert.Equal(refused, _error.ToString().Contains("--simulate is only for --engine simulated; add it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_names_the_default_of_the_data_directory()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--help"));

        var help = string.Join(' ', _output.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            $"identity and its spool [default: {DataDirectories.Default(Environment.IsPrivilegedProcess, Environment.GetEnvironmentVariable)}]", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("16MiB", 16L << 20)]
    [InlineData("20480KiB", 20L << 20)]
    [InlineData("64GiB", 64L << 30)]
    [InlineData("15MiB", null)]
    [InlineData("65GiB", null)]
    [InlineData("99999999999999999999GiB", null)]
    [InlineData("9999999999999GiB", null)]
    [InlineData("1000000000", null)]
    [InlineData("1.5GiB", null)]
    [InlineData("1gib", null)]
    [InlineData("-1", null)]
    public async Task Spool_limit_is_none_or_a_size_within_bounds(string text, long? limit)
    {
        Assert.Equal(limit is null ? ExitCode.BadUsage : ExitCode.Done, await RunAsync("--coordinator", "http://127.0.0.1:7443", "--spool-limit", text));

        Assert.Equal(limit, _options?.SpoolLimit);
        Assert.Equal(limit is null, _error.ToString().Contains("from 16MiB to 64GiB, for example 1GiB", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_names_the_default_of_the_spool_limit()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--help"));

        Assert.Contains("[default: 1GiB]", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_coordinator_is_told()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync());

        Assert.Contains("--coordinator", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_examples_and_hides_what_only_programs_need()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--help"));

        Assert.Contains("fping-agent run --coordinator http://127.0.0.1:7443", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("--follow-stdin", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "/x", "/h", "/var/lib/fpingcluster-agent")]
    [InlineData(false, "/x", "/h", "/x/fpingcluster/agent")]
    [InlineData(false, null, "/h", "/h/.local/state/fpingcluster/agent")]
    [InlineData(false, "relative", "/h", "/h/.local/state/fpingcluster/agent")]
    public void Data_directory_follows_the_user(bool isRoot, string? state, string home, string expected) =>
        Assert.Equal(expected, DataDirectories.Default(isRoot, name => name == "HOME" ? home : state));

    [Fact]
    public async Task Input_that_ends_cancels()
    {
        using var atEnd = new CancellationTokenSource();

        await StandardInput.CancelAtEndAsync(new MemoryStream([1, 2, 3]), atEnd);

        Assert.True(atEnd.IsCancellationRequested);
    }

    private Task<int> RunAsync(params string[] args)
    {
        var run = RunCommand.Create((options, _) =>
        {
            _options = options;
            return Task.FromResult(ExitCode.Done);
        });
        return CommandRunner.RunAsync([run], ["run", .. args], _output, _error);
    }
}
