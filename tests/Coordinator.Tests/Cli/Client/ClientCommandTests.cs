using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Cli.Client;

public sealed class ClientCommandTests : IDisposable
{
    private const string TwoTargets = "127.0.0.2\n127.0.0.1\n";

    private readonly StoreFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly MemoryStream _rows = new();

    private string OutputFile => Path.Combine(_folder.Path, "results.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agents_are_shown_as_a_table()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "berlin-1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, "agents"));

        var lines = _output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(
            "NAME STATE HEARD ENGINES CAPACITY BUDGET QUEUED BEGUN UNACKED SENT RECEIVED DROPS CPU VERSION PEER LABELS",
            string.Join(' ', lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.StartsWith("berlin-1  connected  ", lines[1], StringComparison.Ordinal);
        Assert.Contains("  simulated    20,000  20,000       0  ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("  site=berlin", lines[1], StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Results_that_an_agent_dropped_are_said_on_stderr_with_the_remedy()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await agent.SendAsync(new AgentMessage { Heartbeat = new Heartbeat { DroppedResults = 12_500 } });

        await Wait.Until(
            async () => await Run(coordinator.Api, "agents") == ExitCode.Done && _error.ToString().Length > 0, TestAgent.Patience, "the heartbeat shows");

        Assert.StartsWith("a1 dropped 12,500 results", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--spool-limit", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_agent_is_said_on_stderr()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, "agents"));

        Assert.StartsWith("no agent has joined; start one with", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_jobs_and_rounds_are_shown_as_tables()
    {
        await using var coordinator = await TestCoordinator.StartAsync(TwoTargets);
        await coordinator.RunRoundWithAgentAsync();

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, "status"));
        Assert.StartsWith($"coordinator {ProductVersion.Text}: ready\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("pings/s\n\nNAME  EVERY  NEXT  ENGINE     COUNT  TARGETS", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("iot once - simulated 2 2 1 1 0 1 2 0 0", await LastLine(coordinator.Api, "jobs"));
        Assert.Equal("ROUND JOB STATE BEGUN TOOK TARGETS DONE UP DOWN UNKNOWN LOSS PINGS/S", await FirstLine(coordinator.Api, "rounds"));
        Assert.StartsWith("1 iot closed ", await LastLine(coordinator.Api, "rounds", "--job", "iot", "--limit", "1"), StringComparison.Ordinal);
        Assert.Equal("a1 simulated 2 4 4", await LastLine(coordinator.Api, "rounds", "show", "latest"));
        Assert.Contains("\nrtt min/avg/p50/p99/max 1/1/1/1/1 ms\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rounds")]
    [InlineData("rounds show 1")]
    public async Task Round_that_sent_nothing_has_no_loss(string command)
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var id = coordinator.Store.BeginRound(StoreSamples.Round(), []);
        coordinator.Store.CloseRound(id, StoreSamples.Start, StoreSamples.Summary() with { Sent = 0, Received = 0, Rtt = null, Agents = [] });

        var line = await LastLine(coordinator.Api, command.Split(' '));

        Assert.StartsWith("1 iot closed ", line, StringComparison.Ordinal);
        Assert.EndsWith(" - 0", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("jobs")]
    public async Task Round_that_no_agent_may_probe_is_the_problem_of_its_job_until_one_may(string command)
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        using var cancel = new CancellationTokenSource();
        var round = coordinator.RunRoundAsync(cancel.Token);
        await Wait.Until(() => coordinator.Cluster.Progress.Count == 1, TestAgent.Patience, "the round is running");

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, command));
        Assert.Contains("  job 'iot' cannot be probed: no agent is connected; ", _output.ToString(), StringComparison.Ordinal);

        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);
        Assert.DoesNotContain("cannot be probed", string.Join('\n', await Lines(coordinator.Api, [command])), StringComparison.Ordinal);
        await cancel.CancelAsync();
        await round.WaitAsync(TestAgent.Patience);
    }

    [Theory]
    [InlineData("status", "api/v1/status")]
    [InlineData("agents", "api/v1/agents")]
    [InlineData("jobs", "api/v1/jobs")]
    [InlineData("rounds", "api/v1/rounds")]
    [InlineData("rounds show 1", "api/v1/rounds/1")]
    public async Task Json_is_that_of_the_API(string command, string path)
    {
        await using var coordinator = await TestCoordinator.StartAsync(TwoTargets);
        await coordinator.RunRoundWithAgentAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a2");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, [.. command.Split(' '), "--json"]));

        using var shown = JsonDocument.Parse(_output.ToString());
        using var served = JsonDocument.Parse(await coordinator.Http.GetStringAsync(path));
        Assert.True(JsonElement.DeepEquals(served.RootElement, shown.RootElement));
        Assert.Contains("\n  ", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "csv")]
    [InlineData("latest --job iot", "csv")]
    [InlineData("1 --json", "ndjson")]
    [InlineData("1 --format table", "table")]
    [InlineData("-o -", "csv")]
    public async Task Results_are_passed_on_as_they_are(string arguments, string format)
    {
        await using var coordinator = await TestCoordinator.StartAsync(TwoTargets);
        await coordinator.RunRoundWithAgentAsync();

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, ["results", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));

        Assert.Equal(await coordinator.Http.GetByteArrayAsync($"api/v1/rounds/1/results?format={format}"), _rows.ToArray());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Results_go_to_a_file()
    {
        await using var coordinator = await TestCoordinator.StartAsync(TwoTargets);
        await coordinator.RunRoundWithAgentAsync();

        Assert.Equal(ExitCode.Done, await Run(coordinator.Api, "results", "-o", OutputFile));

        Assert.Equal(await coordinator.Http.GetStringAsync("api/v1/rounds/1/results"), await File.ReadAllTextAsync(OutputFile));
        Assert.Empty(_rows.ToArray());
    }

    [Fact]
    public async Task Results_that_break_off_leave_the_file_as_it_was()
    {
        await File.WriteAllTextAsync(OutputFile, "old\n");
        using var server = new FakeServer("HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\ntime,address\n");

        Assert.Equal(ExitCode.Incomplete, await Run(server.Url, "results", "-o", OutputFile));

        Assert.StartsWith($"the answer of {server.Url}api/v1/rounds/latest/results?format=csv broke off: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("old\n", await File.ReadAllTextAsync(OutputFile));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task File_that_cannot_be_written_is_told_before_anything_is_asked()
    {
        Assert.Equal(ExitCode.BadUsage, await Run(new Uri("http://127.0.0.1:1"), "results", "-o", "/nowhere/results.csv"));

        Assert.Equal("cannot write '/nowhere/results.csv': its folder does not exist; create the folder or name another file\n", _error.ToString());
    }

    [Theory]
    [InlineData("results 7", "there is no round '7'; 'fping-coordinator rounds' lists those that are kept")]
    [InlineData("results", "no round has closed yet")]
    [InlineData("results --job x -o {file}", "there is no job 'x'; the jobs here are iot")]
    [InlineData("rounds --job x", "there is no job 'x'; the jobs here are iot")]
    [InlineData("rounds --job x --json", "there is no job 'x'; the jobs here are iot")]
    [InlineData("rounds show 7 --json", "there is no round '7'; 'fping-coordinator rounds' lists those that are kept")]
    public async Task Refusal_of_the_API_is_the_message(string command, string message)
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator.Api, command.Replace("{file}", OutputFile, StringComparison.Ordinal).Split(' ')));

        Assert.Equal(message + "\n", _error.ToString());
        Assert.Empty(_rows.ToArray());
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Running_round_is_refused_with_what_to_do()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        using var cancel = new CancellationTokenSource();
        var round = coordinator.RunRoundAsync(cancel.Token);
        await Wait.Until(() => coordinator.Cluster.Progress.Count == 1, TestAgent.Patience, "the round is running");

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator.Api, "results", "1"));

        Assert.Equal("round 1 is not closed; ask again when its state is closed\n", _error.ToString());
        await cancel.CancelAsync();
        await round.WaitAsync(TestAgent.Patience);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("agents --json")]
    [InlineData("results")]
    public async Task Coordinator_out_of_reach_is_told_with_address_cause_and_remedy(string command)
    {
        Assert.Equal(ExitCode.BadUsage, await Run(new Uri("http://127.0.0.1:1"), command.Split(' ')));

        Assert.StartsWith("cannot reach a coordinator at http://127.0.0.1:1: Connection refused", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(
            "; start one with 'fping-coordinator serve -c FILE', or name the right address with --url or FPINGCLUSTER_URL\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>hi</html>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Other_server_is_told_as_no_coordinator(string answer)
    {
        using var server = new FakeServer(answer);

        Assert.Equal(ExitCode.BadUsage, await Run(server.Url, "status"));

        Assert.StartsWith($"what answers at {server.Url}api/v1/status is not the API of a coordinator of this version (", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Port_of_the_agents_is_told_as_no_API()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator.Grpc, "agents"));

        Assert.Contains("name the address of listen.http in the coordinator's file with --url", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("results 7 --job iot", "--job iot chooses among the latest rounds, but round 7 is named; leave out one of them")]
    [InlineData("results --json --format csv", "--json and --format both say how to write the rows; leave out one of them")]
    [InlineData("results --format pyfping", "--format is 'pyfping'; it must be one of csv, ndjson, table")]
    [InlineData("rounds --limit 0", "--limit is '0'; it must be a whole number from 1 to 1000")]
    public async Task Wrong_usage_is_told(string command, string message)
    {
        Assert.Equal(ExitCode.BadUsage, await Run(new Uri("http://127.0.0.1:1"), command.Split(' ')));

        Assert.StartsWith(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("agents")]
    [InlineData("agents drain")]
    [InlineData("jobs")]
    [InlineData("rounds")]
    [InlineData("rounds show")]
    [InlineData("results")]
    public async Task Help_has_examples(string command)
    {
        Assert.Equal(ExitCode.Done, await CommandRunner.RunAsync(Root(), [.. command.Split(' '), "--help"], _output, _error));

        Assert.Contains("Examples:\n  ", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("--url <URL>", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("--json", _output.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> FirstLine(Uri api, params string[] command) => Squeeze(await Lines(api, command), 0);

    private async Task<string> LastLine(Uri api, params string[] command) => Squeeze(await Lines(api, command), ^1);

    private async Task<string[]> Lines(Uri api, string[] command)
    {
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Done, await Run(api, command));
        return _output.ToString().TrimEnd('\n').Split('\n');
    }

    private static string Squeeze(string[] lines, Index index) => string.Join(' ', lines[index].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private Task<int> Run(Uri api, params string[] command) => CommandRunner.RunAsync(Root(), [.. command, "--url", api.ToString()], _output, _error);

    private RootCommand Root() => new()
    {
        StatusCommand.Create(), AgentsCommand.Create(), JobsCommand.Create(), RoundsCommand.Create(), ResultsCommand.Create(() => _rows),
    };

    /// <summary>Answers the first connection with these bytes and hangs up.</summary>
    private sealed class FakeServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public FakeServer(string answer)
        {
            _listener.Start();
            Url = new Uri($"http://{_listener.LocalEndpoint}/");
            _ = AnswerAsync(answer);
        }

        public Uri Url { get; }

        public void Dispose() => _listener.Dispose();

        private async Task AnswerAsync(string answer)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            // The request is read first: closing with unread bytes would reset the connection under the answer.
            await stream.ReadAtLeastAsync(new byte[64 * 1024], minimumBytes: 1);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
    }
}
