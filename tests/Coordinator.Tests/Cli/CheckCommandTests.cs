using System.CommandLine;
using System.Text.Json;
using FpingCluster.Coordinator.Cli;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Jobs;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    private const string Good = "jobs: [{ name: iot, targets: { file: targets.csv }, every: 60s }]\nlimits: { rate: 10000 }\n";

    private readonly ConfigurationFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private TargetListReport _list = new(600_000, [], ["2 duplicates were merged"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Valid_file_prints_the_effective_settings_on_stdout()
    {
        Assert.Equal(ExitCode.Done, Check("-c", _folder.Write("job.yml", Good)));

        Assert.Equal(
            $"""
            job         iot
              targets   {_folder["targets.csv"]}, 600,000 targets
              schedule  every 1m, which takes 50,000 pings/s, more than the 10,000 of limits.rate: rounds will be skipped
              probe     engine auto, 5 pings 500ms apart, timeout 500ms, 12 bytes; 2500ms a target; up to 500 targets a shard
              fping     layout auto
              output    no file
            limits      10,000 pings/s in all; 20,000 pings/s an agent
            listen      grpc 127.0.0.1:7443, http 127.0.0.1:8080
            data        {_folder["data"]}, rounds kept for 7d
            security    certificate of its own CA; agents enrolled here for 1d

            """,
            _output.ToString());
        Assert.Equal("warning: 2 duplicates were merged\n", _error.ToString());
    }

    [Fact]
    public void Mistakes_of_the_file_and_of_its_target_list_go_to_stderr_together()
    {
        _list = new TargetListReport(0, [new ConfigurationError("targets.csv", 3, "", "'10.0.0.256' is no address")], []);
        var file = _folder.Write("job.yml", Good + "color: 1\n");

        Assert.Equal(ExitCode.BadUsage, Check("--config", file));

        Assert.Empty(_output.ToString());
        Assert.Equal(
            $"{file}:3: color: unknown key 'color'; the keys here are jobs, data_dir, limits, store, security, listen\ntargets.csv:3: '10.0.0.256' is no address\n",
            _error.ToString());
    }

    [Fact]
    public void Certificates_that_cannot_be_used_are_mistakes_too()
    {
        var file = _folder.Write("job.yml", Good + "security: { tls: { certificate: a.crt, key: a.key }, agents: { ca: targets.csv } }\n");

        Assert.Equal(ExitCode.BadUsage, Check("-c", file));

        Assert.Contains($"{file}: security.tls: cannot read the certificate and its key: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{file}: security.agents.ca: {_folder["targets.csv"]} holds no certificate", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_each_mistake_in_parts()
    {
        var file = _folder.Write("job.yml", "jobs: [{ name: iot, targets: { file: targets.csv }, bucket: 0 }]");

        Assert.Equal(ExitCode.BadUsage, Check("-c", file, "--json"));

        var report = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.False(report.GetProperty("valid").GetBoolean());
        var error = Assert.Single(report.GetProperty("errors").EnumerateArray());
        Assert.Equal(file, error.GetProperty("file").GetString());
        Assert.Equal(1, error.GetProperty("line").GetInt32());
        Assert.Equal("jobs[0].bucket", error.GetProperty("key").GetString());
        Assert.Equal("bucket is 0; it must be 1 to 60000 targets", error.GetProperty("message").GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("settings").ValueKind);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Json_of_a_valid_file_has_its_settings()
    {
        Assert.Equal(ExitCode.Done, Check("-c", _folder.Write("job.yml", Good), "--json"));

        var report = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.True(report.GetProperty("valid").GetBoolean());
        Assert.Equal("job         iot", report.GetProperty("settings")[0].GetString());
    }

    [Fact]
    public void Missing_file_is_bad_usage()
    {
        Assert.Equal(ExitCode.BadUsage, Check("-c", _folder["nowhere.yml"]));
        Assert.Equal($"{_folder["nowhere.yml"]}: no such file\n", _error.ToString());
    }

    private int Check(params string[] arguments)
    {
        var command = new RootCommand { CheckCommand.Create((_, _) => Task.FromResult(_list)) };
        return command.Parse(["check", .. arguments]).Invoke(new InvocationConfiguration { Output = _output, Error = _error });
    }
}
