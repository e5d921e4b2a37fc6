using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>The coordinator is killed in the middle of a round and started again on the same port and store.</summary>
public sealed class CoordinatorDeathTests : IDisposable, IAsyncLifetime
{
    private const int Targets = 2_048;
    private const int Count = 2;
    private const int AgentRate = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly WorkFolder _folder = new();
    private readonly int _agentPort = FreePort.Find();
    private readonly List<LabProcess> _processes = [];
    private readonly HttpClient _api;

    public CoordinatorDeathTests()
    {
        var apiPort = FreePort.Find();
        _api = OperatorClient.Of($"http://127.0.0.1:{apiPort}/", _folder.PathOf("data"));
        _folder.Write("targets.txt", "10.0.0.0/21\n");
        _folder.Write("coordinator.yml", $$"""
            jobs:
              - name: iot
                targets: { file: targets.txt }
                probe: { engine: simulated, count: {{Count}}, period: 100ms, timeout: 200ms }
                bucket: 32
                output: { file: results.csv }
            limits: { per_agent: {{AgentRate}} }
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

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.4)]
    [InlineData(0.9)]
    public async Task Round_goes_on_and_what_was_durable_is_not_probed_again(double part)
    {
        StartAgent("a");
        StartAgent("b");
        var durable = await KillCoordinator(part);

        var successor = StartCoordinator();
        await RoundCloses(successor);

        await CheckResults(durable);
        var sent = 0L;
        await Wait.Until(async () => (sent = await SentByAgents()) >= Targets * Count, Patience, "the agents have told all their pings");
        // Whoever held a shard was back before it could be given to another.
        Assert.Equal(Targets * Count, sent);
    }

    [Fact]
    public async Task Round_goes_on_when_an_agent_died_with_its_coordinator()
    {
        StartAgent("a");
        var other = StartAgent("b");
        var durable = await KillCoordinator(part: 0.3, other);

        var successor = StartCoordinator();
        StartAgent("c");
        await RoundCloses(successor);

        await CheckResults(durable);
    }

    [Fact]
    public async Task One_shot_run_goes_on_with_the_round_in_its_data_dir()
    {
        var killed = StartRun();
        await Wait.Until(() => Stored().Count >= 10, Patience, "10 durable shards", () => killed.Describe(lines: 30));
        killed.Kill9();
        await killed.WaitForExit(Patience);
        var durable = Stored();

        var successor = StartRun();

        Assert.True(await successor.WaitForExit(Patience) == 0, successor.Describe(lines: 30));
        Assert.Contains(successor.Errors, line => line.Contains($"Going on with round 1 of job 'iot': {durable.Count} of ", StringComparison.Ordinal));
        Assert.Contains(successor.Errors, line => line.StartsWith("2,048 targets: 2,048 up, 0 down, 0 unknown · 4,096 pings in ", StringComparison.Ordinal));
        CheckRows(durable);
    }

    /// <summary>Kills it as soon as so much of its first round is durable.</summary>
    /// <param name="with">Processes that are killed with it.</param>
    /// <returns>What is durable then.</returns>
    private async Task<IReadOnlyList<DurableShard>> KillCoordinator(double part, params LabProcess[] with)
    {
        var coordinator = StartCoordinator();
        await Wait.Until(
            async () => (await Round())?.GetProperty("done").GetInt32() >= part * Targets, Patience, $"{part:P0} of the round", () => coordinator.Describe(lines: 30));
        foreach (var process in with.Prepend(coordinator))
        {
            process.Kill9();
            await process.WaitForExit(Patience);
        }

        var durable = Stored();
        Assert.InRange(durable.Sum(shard => shard.Targets), (int)(part * Targets), Targets - 1);
        return durable;
    }

    private Task RoundCloses(LabProcess coordinator) => Wait.Until(
        async () => (await Round())?.GetProperty("state").GetString() == "closed" && File.Exists(_folder.PathOf("results.csv")),
        Patience, "the round is closed and written", () => coordinator.Describe(lines: 30));

    private async Task CheckResults(IReadOnlyList<DurableShard> durable)
    {
        var round = (await Round())!.Value;
        Assert.Equal((Targets, Targets, 0), (Int("targets"), Int("up"), Int("unknown")));
        Assert.Equal(Targets * Count, Int("sent"));
        Assert.Single(JsonDocument.Parse(await _api.GetStringAsync("api/v1/rounds")).RootElement.EnumerateArray());
        CheckRows(durable);

        int Int(string name) => round.GetProperty(name).GetInt32();
    }

    private void CheckRows(IReadOnlyList<DurableShard> durable)
    {
        var rows = ResultLine.ReadAll(_folder.PathOf("results.csv"));
        Assert.Equal((Targets, Targets), (rows.Count, rows.DistinctBy(row => row.Address).Count()));
        Assert.All(rows, row => Assert.Equal(("up", Count, Count), (row.State, row.Sent, row.Received)));
        var stored = Stored();
        Assert.Equal(durable, stored.Where(shard => durable.Any(before => before.Shard == shard.Shard)));
        Assert.Equal(Targets, stored.Sum(shard => shard.Targets));
    }

    private async Task<long> SentByAgents() =>
        JsonDocument.Parse(await _api.GetStringAsync("api/v1/agents")).RootElement.EnumerateArray().Sum(agent => agent.GetProperty("sent_pings").GetInt64());

    // Null while nobody listens, and before it is begun.
    private async Task<JsonElement?> Round()
    {
        try
        {
            using var answer = await _api.GetAsync(new Uri("api/v1/rounds/1", UriKind.Relative));
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // Past the coordinator, which may be dead; none while it has made no tables.
    private List<DurableShard> Stored()
    {
        List<DurableShard> shards = [];
        var file = _folder.PathOf("data/fpingcluster.db");
        if (!File.Exists(file))
        {
            return shards;
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'results'";
        if ((long)command.ExecuteScalar()! == 0)
        {
            return shards;
        }

        command.CommandText = """
            SELECT shard, agent, epoch, length(ipv4) / 4 FROM results JOIN round_shards USING (round, shard) JOIN shard_contents ON shard_contents.content = round_shards.content
            WHERE round = 1 ORDER BY shard
            """;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            shards.Add(new DurableShard(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt32(3)));
        }

        return shards;
    }

    private LabProcess StartCoordinator() => Start(Repository.CoordinatorProgram, "serve", "-c", _folder.PathOf("coordinator.yml"));

    private LabProcess StartRun() => Start(
        Repository.CoordinatorProgram, "run", "-c", _folder.PathOf("coordinator.yml"), "--data-dir", _folder.PathOf("data"), "--local-agents", "2",
        "--simulate", "dead=0,unreachable=0,flapping=0,lossy=0");

    private LabProcess StartAgent(string name) => Start(
        Repository.AgentProgram, "run", "--coordinator", $"http://127.0.0.1:{_agentPort}", "--name", name, "--data-dir", _folder.PathOf(name),
        "--engine", "simulated", "--simulate", "dead=0,unreachable=0,flapping=0,lossy=0");

    private LabProcess Start(string program, params string[] arguments)
    {
        var process = LabProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }

    private sealed record DurableShard(long Shard, string Agent, long Epoch, int Targets);
}
