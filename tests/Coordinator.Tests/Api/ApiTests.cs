using System.Net;
using System.Text.Json;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Tests.Api;

public sealed class ApiTests
{
    private const string ThreeTargets = "address,name,site\n127.0.0.9,nine,berlin\n127.0.0.1,one,bonn\n127.0.0.5,five,berlin\n";

    [Fact]
    public async Task Healthz_and_readyz_of_a_good_coordinator_answer_ok()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal("ok\n", await coordinator.Http.GetStringAsync("healthz"));
        Assert.Equal("ready\n", await coordinator.Http.GetStringAsync("readyz"));
    }

    [Fact]
    public async Task Metrics_are_text_for_viewers_and_know_agents_and_jobs()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        using var metrics = await coordinator.Http.GetAsync("metrics");
        using var refused = await coordinator.Anonymous.GetAsync("metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        var lines = (await metrics.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains("fpingcluster_ready 1", lines);
        Assert.Contains("fpingcluster_agents{status=\"connected\"} 1", lines);
        Assert.Contains("fpingcluster_job_targets{ping_job=\"iot\"} 1", lines);
        Assert.Contains(lines, line => line.StartsWith("fpingcluster_agent_capacity_pings_per_second{agent=\"a1\",", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Readyz_is_unavailable_while_the_store_fails_and_healthz_is_not()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        var round = coordinator.RunRoundAsync();
        await Wait.Until(() => coordinator.Cluster.Progress.Count == 1, TestAgent.Patience, "the round has begun");
        coordinator.Store.Trouble = "no space left for the test";
        var answering = agent.AnswerAsync();
        await Wait.Until(() => coordinator.Cluster.StoreTrouble is not null, TestAgent.Patience, "the store's trouble is known");

        using var ready = await coordinator.Http.GetAsync("readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("no space left for the test\n", await ready.Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await coordinator.Http.GetStringAsync("healthz"));
        var status = await Json(coordinator, "api/v1/status");
        Assert.False(status.GetProperty("ready").GetBoolean());
        Assert.Equal("no space left for the test", status.GetProperty("problem").GetString());
        coordinator.Store.Trouble = null;
        await round.WaitAsync(TestAgent.Patience);
        Assert.Equal("ready\n", await coordinator.Http.GetStringAsync("readyz"));
    }

    [Fact]
    public async Task Readyz_is_unavailable_once_the_store_is_found_to_be_damaged()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        coordinator.Store.Damage = "fpingcluster.db is damaged: the test says so";

        using var ready = await coordinator.Http.GetAsync("readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("fpingcluster.db is damaged: the test says so\n", await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Agents_lists_who_is_connected()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await agent.SendAsync(new AgentMessage { Heartbeat = new Heartbeat { QueuedShards = 3, SentPings = 1_000, LocalDrops = 2, CpuPermille = 125, DroppedResults = 4 } });
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.BatchAck);
        JsonElement one = default;
        await Wait.Until(async () =>
        {
            one = (await Json(coordinator, "api/v1/agents")).EnumerateArray().Single();
            return one.GetProperty("queued_shards").GetInt32() > 0;
        }, TestAgent.Patience, "the heartbeat shows");

        Assert.Equal("a1", one.GetProperty("name").GetString());
        Assert.Equal("connected", one.GetProperty("status").GetString());
        Assert.Equal("9.8.7", one.GetProperty("version").GetString());
        Assert.Equal("berlin", one.GetProperty("labels").GetProperty("site").GetString());
        Assert.Equal("simulated", one.GetProperty("engines")[0].GetString());
        Assert.Equal(20_000, one.GetProperty("capacity_pings_per_second").GetInt32());
        Assert.Equal(1_000, one.GetProperty("sent_pings").GetInt64());
        Assert.Equal(2, one.GetProperty("local_drops").GetInt64());
        Assert.Equal(4, one.GetProperty("dropped_results").GetInt64());
        Assert.Equal(12.5, one.GetProperty("cpu_percent").GetDouble());
    }

    [Fact]
    public async Task Jobs_show_their_last_round()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        await coordinator.RunRoundWithAgentAsync();

        var job = (await Json(coordinator, "api/v1/jobs")).EnumerateArray().Single();

        Assert.Equal("iot", job.GetProperty("name").GetString());
        Assert.Equal(3, job.GetProperty("targets").GetInt32());
        Assert.Equal(1, job.GetProperty("rounds").GetInt32());
        Assert.Equal(1, job.GetProperty("last_round").GetInt64());
        Assert.Equal(3, job.GetProperty("up").GetInt32());
        Assert.Equal(0, job.GetProperty("unknown").GetInt32());
    }

    [Fact]
    public async Task Rounds_come_newest_first_and_no_more_than_asked_for()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        await coordinator.RunRoundWithAgentAsync("a1");
        await coordinator.RunRoundWithAgentAsync("a2");

        Assert.Equal("2 1", await Ids(coordinator, "api/v1/rounds"));
        Assert.Equal("2", await Ids(coordinator, "api/v1/rounds?limit=1"));
        Assert.Equal("2 1", await Ids(coordinator, "api/v1/rounds?job=iot"));
        Assert.Equal((HttpStatusCode.NotFound, "there is no job 'other'; the jobs here are iot"), await Problem(coordinator, "api/v1/rounds?job=other"));
        Assert.Equal("a1", (await Json(coordinator, "api/v1/rounds/1")).GetProperty("agents")[0].GetProperty("name").GetString());
        Assert.Equal("a2", (await Json(coordinator, "api/v1/rounds/latest")).GetProperty("agents")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Round_that_sent_nothing_has_no_loss()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        var id = coordinator.Store.BeginRound(StoreSamples.Round(), []);
        coordinator.Store.CloseRound(id, StoreSamples.Start, StoreSamples.Summary() with { Sent = 0, Received = 0 });

        Assert.Equal(JsonValueKind.Null, (await Json(coordinator, "api/v1/rounds")).EnumerateArray().Single().GetProperty("loss_percent").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await Json(coordinator, "api/v1/rounds/latest")).GetProperty("loss_percent").ValueKind);
    }

    [Fact]
    public async Task Rounds_of_a_job_that_is_no_more_are_still_shown()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        coordinator.Store.BeginRound(StoreSamples.Round("former"), []);

        Assert.Equal("1", await Ids(coordinator, "api/v1/rounds?job=former"));
        Assert.Equal("", await Ids(coordinator, "api/v1/rounds?job=iot"));
    }

    [Fact]
    public async Task Csv_has_every_target_once_in_list_order()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets, bucket: 1);
        await coordinator.RunRoundWithAgentAsync();

        using var response = await coordinator.Http.GetAsync("api/v1/rounds/1/results");

        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """
            time,address,name,sent,received,loss_percent,min_ms,avg_ms,max_ms,stddev_ms,state,reason,agent
            2026-01-02T03:04:05.000Z,127.0.0.9,nine,2,2,0,1.000,1.000,1.000,0.000,up,,a1
            2026-01-02T03:04:05.000Z,127.0.0.1,one,2,2,0,1.000,1.000,1.000,0.000,up,,a1
            2026-01-02T03:04:05.000Z,127.0.0.5,five,2,2,0,1.000,1.000,1.000,0.000,up,,a1

            """,
            await response.Content.ReadAsStringAsync());
        Assert.Equal(await response.Content.ReadAsStringAsync(), await coordinator.Http.GetStringAsync("api/v1/rounds/latest/results?job=iot&format=csv"));
    }

    [Fact]
    public async Task Many_targets_come_each_once()
    {
        await using var coordinator = await TestCoordinator.StartAsync("127.1.0.0/16\n", bucket: 300);
        await coordinator.RunRoundWithAgentAsync();

        var lines = (await coordinator.Http.GetStringAsync("api/v1/rounds/1/results")).TrimEnd('\n').Split('\n');

        Assert.Equal(Enumerable.Range(0, 65_536).Select(i => $"127.1.{i / 256}.{i % 256}"), lines.Skip(1).Select(line => line.Split(',')[1]));
    }

    [Fact]
    public async Task Ndjson_has_rtts_and_labels()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        await coordinator.RunRoundWithAgentAsync();

        using var response = await coordinator.Http.GetAsync("api/v1/rounds/1/results?format=ndjson");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.ToString());
        var rows = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["127.0.0.9", "127.0.0.1", "127.0.0.5"], rows.Select(row => row.GetProperty("address").GetString()));
        Assert.Equal([1.0, 1.0], rows[0].GetProperty("rtts_ms").EnumerateArray().Select(rtt => rtt.GetDouble()));
        Assert.Equal("bonn", rows[1].GetProperty("labels").GetProperty("site").GetString());
    }

    [Fact]
    public async Task Table_is_coloured_only_on_request()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        await coordinator.RunRoundWithAgentAsync();

        Assert.DoesNotContain('\e', await coordinator.Http.GetStringAsync("api/v1/rounds/1/results?format=table"));
        Assert.Contains("\e[32mup", await coordinator.Http.GetStringAsync("api/v1/rounds/1/results?format=table&colour=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_of_a_running_round_are_a_conflict_and_its_progress_is_shown()
    {
        await using var coordinator = await TestCoordinator.StartAsync(ThreeTargets);
        using var cancel = new CancellationTokenSource();
        var round = coordinator.RunRoundAsync(cancel.Token);
        await Wait.Until(() => coordinator.Cluster.Progress.Count == 1, TestAgent.Patience, "the round is running");

        Assert.Equal(
            (HttpStatusCode.Conflict, "round 1 is not closed; ask again when its state is closed"), await Problem(coordinator, "api/v1/rounds/1/results"));
        Assert.Equal("running", (await Json(coordinator, "api/v1/rounds/1")).GetProperty("state").GetString());
        Assert.Equal(1, (await Json(coordinator, "api/v1/status")).GetProperty("running")[0].GetProperty("id").GetInt64());
        Assert.Equal((HttpStatusCode.NotFound, "no round has closed yet"), await Problem(coordinator, "api/v1/rounds/latest/results"));
        await cancel.CancelAsync();
        await round.WaitAsync(TestAgent.Patience);
        Assert.Equal("closed", (await Json(coordinator, "api/v1/rounds/1")).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("rounds/7", HttpStatusCode.NotFound, "there is no round '7'; 'fping-coordinator rounds' lists those that are kept")]
    [InlineData("rounds/seven/results", HttpStatusCode.NotFound, "there is no round 'seven'; 'fping-coordinator rounds' lists those that are kept")]
    [InlineData("rounds/latest?job=iot", HttpStatusCode.NotFound, "no round of job 'iot' has closed yet; 'fping-coordinator jobs' shows when the next begins")]
    [InlineData("rounds/latest?job=x", HttpStatusCode.NotFound, "there is no job 'x'; the jobs here are iot")]
    [InlineData("rounds/1/results?format=xml", HttpStatusCode.BadRequest, "format is 'xml'; it must be one of csv, ndjson, table")]
    [InlineData("rounds?limit=0", HttpStatusCode.BadRequest, "limit is '0'; it must be a whole number from 1 to 1000")]
    [InlineData("rounds?limit=1001", HttpStatusCode.BadRequest, "limit is '1001'; it must be a whole number from 1 to 1000")]
    [InlineData("rounds?limit=many", HttpStatusCode.BadRequest, "limit is 'many'; it must be a whole number from 1 to 1000")]
    public async Task Wrong_request_is_a_problem_with_its_remedy(string path, HttpStatusCode status, string detail)
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal((status, detail), await Problem(coordinator, $"api/v1/{path}"));
    }

    [Fact]
    public async Task Damaged_results_are_a_problem_that_says_so()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var round = coordinator.Store.BeginRound(StoreSamples.Round(), [new(new ShardId(1), new ShardContentHash(2), [127, 0, 0, 1], [])]);
        coordinator.Store.Append([StoreSamples.Batch(round, shard: 1) with { Columns = new ResultColumns { Sent = { 1, 1 } }.ToByteArray() }]);
        coordinator.Store.CloseRound(round, StoreSamples.Start, StoreSamples.Summary());

        var (status, detail) = await Problem(coordinator, $"api/v1/rounds/{round}/results");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith($"the stored results of shard {new ShardId(1)} in round {round} are damaged: ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_of_the_agents_does_not_serve_the_API()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        using var http2 = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await http2.GetAsync(new Uri(coordinator.Grpc, "api/v1/agents"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Port_of_the_API_does_not_serve_agents()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = TestAgent.Connect(coordinator.Api);

        Assert.NotEqual(Grpc.Core.StatusCode.OK, (await agent.EndAsync()).StatusCode);
        using var http = new HttpRequestMessage(HttpMethod.Post, "fpingcluster.agent.v1.AgentGateway/Session") { Content = new ByteArrayContent([]) };
        http.Content.Headers.ContentType = new("application/grpc");
        using var response = await coordinator.Http.SendAsync(http);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    private static async Task<string> Ids(TestCoordinator coordinator, string path) =>
        string.Join(' ', (await Json(coordinator, path)).EnumerateArray().Select(round => round.GetProperty("id").GetInt64()));

    private static async Task<JsonElement> Json(TestCoordinator coordinator, string path) =>
        JsonDocument.Parse(await coordinator.Http.GetStringAsync(path)).RootElement;

    private static async Task<(HttpStatusCode Status, string? Detail)> Problem(TestCoordinator coordinator, string path)
    {
        using var response = await coordinator.Http.GetAsync(path);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString());
    }
}
