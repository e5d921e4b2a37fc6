using System.Text.Json;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Jobs;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Coordinator.Tests.Cli;

/// <summary>Whole runs, with an agent of the test's.</summary>
public sealed class OneShotTests : IDisposable
{
    private const string Job = "jobs: [{ name: iot, targets: { file: targets.csv }, bucket: 2, probe: { engine: simulated, count: 2 } }]\n";
    private const string Waiting = "waiting for 1 agent on ";

    private readonly ConfigurationFolder _folder = new();
    private readonly StoreFolder _temporary = new();

    public OneShotTests()
    {
        _folder.Write("targets.csv", "127.0.0.9\n127.0.0.1\n127.0.0.5\n");
        _folder.Write("job.yml", Job);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Round_with_a_remote_agent_puts_rows_alone_on_stdout()
    {
        using var run = Start("--summary-json", _folder["summary.json"]);
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        await agent.AnswerAsync();

        var (exitCode, output, error) = await run.EndAsync();

        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Equal(["address", "127.0.0.9", "127.0.0.1", "127.0.0.5"], output.TrimEnd('\n').Split('\n').Select(line => line.Split(',')[1]));
        Assert.Contains("3 targets: 3 up, 0 down, 0 unknown", error, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["summary.json"]));
        Assert.Equal(3, summary.RootElement.GetProperty("up").GetInt32());
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Keys_that_only_a_service_heeds_are_told_to_be_ignored()
    {
        var file = _folder.Write("job.yml", Job + "data_dir: kept\nlisten: { grpc: \"127.0.0.1:1\" }\n");
        using var run = Start();

        await AddressAsync(run);

        Assert.Contains($"ignored here, for serve alone: listen, data_dir of {file}; run has --listen and --data-dir\n", run.Error, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.EndAsync();
        Assert.False(Directory.Exists(_folder["kept"]));
    }

    [Fact]
    public async Task File_without_such_keys_has_nothing_ignored()
    {
        using var run = Start();

        await AddressAsync(run);

        Assert.DoesNotContain("ignored", run.Error, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.EndAsync();
    }

    [Fact]
    public async Task Summary_goes_to_stdout_when_the_rows_do_not()
    {
        using var run = Start("-o", _folder["results.csv"], "--summary-json", "-");
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        await agent.AnswerAsync();

        var (exitCode, output, _) = await run.EndAsync();

        Assert.Equal(ExitCode.Done, exitCode);
        using var summary = JsonDocument.Parse(output);
        Assert.Equal(3, summary.RootElement.GetProperty("up").GetInt32());
    }

    [Fact]
    public async Task Job_that_no_awaited_agent_may_probe_ends_the_run_with_what_is_missing()
    {
        _folder.Write("job.yml", Job.Replace("simulated", "fping", StringComparison.Ordinal));
        using var run = Start();
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        await agent.LeaveAsync();

        var (exitCode, output, error) = await run.EndAsync();

        Assert.Equal(ExitCode.BadUsage, exitCode);
        Assert.Contains("job 'iot' cannot be probed: it asks for engine fping, and agent a1 offers simulated where site=berlin; start an agent", error, StringComparison.Ordinal);
        Assert.Empty(output);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_while_waiting_for_agents_ends_the_run_and_leaves_nothing(string signal)
    {
        using var run = Start("-o", _folder["results.csv"]);
        await AddressAsync(run);

        await run.SignalAsync(signal);

        var (exitCode, output, error) = await run.EndAsync();
        Assert.Equal(ExitCode.Incomplete, exitCode);
        Assert.Empty(output);
        Assert.Contains("\ninterrupted: 3 targets are unknown because of it\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["results.csv"]));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Signal_in_a_round_writes_what_is_known_and_tells_the_agent()
    {
        using var run = Start("-o", _folder["results.csv"]);
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        var grant = (await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.LeaseGrant)).LeaseGrant;
        await agent.SendAsync(agent.Answer(grant.Round, grant.Leases[0]));
        await AcknowledgedAsync(agent);

        await run.SignalAsync("INT");

        Assert.True((await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.LeaseRevoke)).LeaseRevoke.Cancel);
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        await agent.LeaveAsync();
        var (exitCode, _, error) = await run.EndAsync();
        Assert.Equal(ExitCode.Incomplete, exitCode);
        Assert.Contains("3 targets: ", error, StringComparison.Ordinal);
        Assert.Matches(@"\ninterrupted: (1 target is|2 targets are) unknown because of it\n", error);
        var states = (await File.ReadAllLinesAsync(_folder["results.csv"])).Skip(1).Select(line => line.Split(',')[10]).ToList();
        Assert.Equal(3, states.Count);
        Assert.Contains("up", states);
        Assert.Contains("unknown", states);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Second_signal_ends_the_run_at_once_and_leaves_nothing()
    {
        using var run = Start();
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.LeaseGrant);
        await run.SignalAsync("TERM");
        // It would wait for this agent to leave.
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        Assert.NotEmpty(Directory.GetDirectories(_temporary.Path));

        await run.SignalAsync("TERM");

        Assert.Equal(128 + 15, (await run.EndAsync()).ExitCode);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Signal_to_a_run_without_end_keeps_the_last_whole_round()
    {
        _folder.Write("results.csv", "the last whole round\n");
        using var run = Start("-o", _folder["results.csv"], "--rounds", "0");
        await using var agent = (await TestAgent.JoinAsync(await AddressAsync(run), "a1")).WithHeartbeats();
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.LeaseGrant);

        await run.SignalAsync("TERM");
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        await agent.LeaveAsync();
        await run.EndAsync();

        Assert.Equal("the last whole round\n", await File.ReadAllTextAsync(_folder["results.csv"]));
    }

    private CoordinatorProcess Start(params string[] arguments) => CoordinatorProcess.Start(
        _temporary.Path, ["run", "-c", _folder["job.yml"], "--wait-agents", "1", "--listen", "127.0.0.1:0", .. arguments]);

    private static async Task<Uri> AddressAsync(CoordinatorProcess run) => new($"http://{await run.SaysAsync(Waiting)}");

    private static async Task AcknowledgedAsync(TestAgent agent)
    {
        while ((await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.BatchAck)).BatchAck.Sequence == 0)
        {
        }
    }

    private void AssertNothingIsLeft() => Assert.Empty(Directory.GetDirectories(_temporary.Path));
}
