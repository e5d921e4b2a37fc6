using System.Net;
using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>The coordinator as a service with two agents, all over loopback.</summary>
public sealed class ServiceTests : IDisposable, IAsyncLifetime
{
    private const int Targets = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(10);

    private readonly WorkFolder _folder = new();
    private readonly int _agentPort = FreePort.Find();
    private readonly List<LabProcess> _processes = [];
    private readonly HttpClient _api;

    public ServiceTests()
    {
        var apiPort = FreePort.Find();
        _api = OperatorClient.Of($"http://127.0.0.1:{apiPort}/", _folder.PathOf("data"));
        _folder.Write("targets.txt", "127.2.0.0/24\n");
        _folder.Write("coordinator.yml", $$"""
            jobs:
              - name: loopback
                targets: { file: targets.txt }
                every: 5s
                probe: { engine: fping, count: 2, period: 200ms, timeout: 500ms }
                bucket: 32
                output: { file: results.csv }
            listen: { grpc: "127.0.0.1:{{_agentPort}}", http: "127.0.0.1:{{apiPort}}" }
            data_dir: data
            """);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _api.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rounds_follow_their_schedule_and_go_on_after_a_restart()
    {
        var coordinator = StartCoordinator();
        StartAgent("a");
        StartAgent("b");
        await ClosedRounds(atLeast: 1, coordinator);
        var first = await LastOutput(later: default, coordinator);
        await ClosedRounds(atLeast: 2, coordinator);
        var second = await LastOutput(later: first, coordinator);
        await CheckApi();
        await Stop(coordinator);

        var successor = StartCoordinator();
        var rounds = await ClosedRounds(atLeast: 3, successor);

        Assert.Equal(rounds.Distinct(), rounds);
        await LastOutput(later: second, successor);
        await Stop(successor);
    }

    private async Task CheckApi()
    {
        Assert.Equal("ok\n", await _api.GetStringAsync("healthz"));
        Assert.Equal("ready\n", await _api.GetStringAsync("readyz"));
        var agents = await Json("api/v1/agents");
        Assert.Equal(["a", "b"], agents.EnumerateArray().Select(agent => agent.GetProperty("name").GetString()).Order());
        Assert.All(agents.EnumerateArray(), agent => Assert.Equal("connected", agent.GetProperty("status").GetString()));
        var job = Assert.Single((await Json("api/v1/jobs")).EnumerateArray());
        Assert.Equal(("loopback", Targets), (job.GetProperty("name").GetString(), job.GetProperty("targets").GetInt32()));
        var csv = (await _api.GetStringAsync("api/v1/rounds/1/results")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + Targets, csv.Length);
        using var missing = await _api.GetAsync(new Uri("api/v1/rounds/999999999/results", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    /// <returns>Their ids, the newest first.</returns>
    private async Task<IReadOnlyList<long>> ClosedRounds(int atLeast, LabProcess coordinator)
    {
        List<long> closed = [];
        await Wait.Until(
            async () =>
            {
                closed = [.. (await TryJson("api/v1/rounds"))?.EnumerateArray()
                    .Where(round => round.GetProperty("state").GetString() == "closed").Select(round => round.GetProperty("id").GetInt64()) ?? []];
                return closed.Count >= atLeast;
            },
            Patience, $"{atLeast} closed rounds", () => coordinator.Describe(lines: 30));
        return closed;
    }

    /// <summary>Waits for a result file newer than another, of a round that had its agents from the start, and checks it.</summary>
    /// <returns>When its rows were found.</returns>
    private async Task<DateTimeOffset> LastOutput(DateTimeOffset later, LabProcess coordinator)
    {
        var file = _folder.PathOf("results.csv");
        var time = default(DateTimeOffset);
        await Wait.Until(
            () => File.Exists(file) && (time = DateTimeOffset.Parse(File.ReadLines(file).ElementAt(1).Split(',')[0], provider: null)) > later &&
                File.ReadLines(file).All(line => !line.Contains(",not-probed,", StringComparison.Ordinal)),
            Patience, $"results later than {later:O}", () => coordinator.Describe(lines: 30));
        var rows = ResultLine.ReadAll(file);
        Assert.Equal(Targets, rows.DistinctBy(row => row.Address).Count());
        Assert.All(rows, row => Assert.Equal(("up", 2, 2), (row.State, row.Sent, row.Received)));
        return time;
    }

    private static async Task Stop(LabProcess coordinator)
    {
        var asked = TimeProvider.System.GetTimestamp();
        coordinator.Terminate();
        Assert.True(await coordinator.WaitForExit(Patience) == 0, coordinator.Describe(lines: 30));
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, LeaveTime);
        Assert.Empty(coordinator.Output);
    }

    private async Task<JsonElement> Json(string path) => JsonDocument.Parse(await _api.GetStringAsync(path)).RootElement;

    // Null while nobody listens.
    private async Task<JsonElement?> TryJson(string path)
    {
        try
        {
            return await Json(path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private LabProcess StartCoordinator() => Start(Repository.CoordinatorProgram, "serve", "-c", _folder.PathOf("coordinator.yml"));

    private void StartAgent(string name) => Start(
        Repository.AgentProgram, "run", "--coordinator", $"http://127.0.0.1:{_agentPort}", "--name", name, "--data-dir", _folder.PathOf(name), "--max-rate", "1000");

    private LabProcess Start(string program, params string[] arguments)
    {
        var process = LabProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }
}
