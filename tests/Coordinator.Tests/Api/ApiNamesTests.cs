using System.Text.Json;
using FpingCluster.Coordinator.Tests.Hosting;

namespace FpingCluster.Coordinator.Tests.Api;

/// <summary>The names of the JSON: scripts and dashboards rely on them, so a change here is a change for their owners.</summary>
public sealed class ApiNamesTests
{
    private const string AgentNames =
        "id name status version peer labels engines capacity_pings_per_second budget_pings_per_second queued_shards begun_shards unacked_batches " +
        "sent_pings received_replies local_drops dropped_results cpu_percent clock_offset_s connected_since last_heard";

    private const string JobNames =
        "name target_file every_s engine count period_ms timeout_ms size bucket targets shards list_version rounds skipped next_start last_round " +
        "up down unknown problem";

    private const string RoundNames =
        "id job state started_at deadline closed_at targets shards done up down unknown sent received loss_percent duration_s pings_per_second rtt_ms agents";

    private const string TokenNames = "id role name state created_at created_by expires_at uses_left last_used_at revoked_at revoked_by";

    [Fact]
    public async Task Names_of_the_API_are_pinned()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await coordinator.RunRoundWithAgentAsync("a1");
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a2");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal("version ready problem agents capacity_pings_per_second jobs running", await Names("status"));
        Assert.Equal(AgentNames, await Names("agents", agents => agents.EnumerateArray().Last()));
        Assert.Equal(TokenNames, await Names("tokens", tokens => tokens[0]));
        Assert.Equal("time who who_id who_name from what on outcome why count", await Names("audit", entries => entries[0]));
        coordinator.Enrolled.Revoke(coordinator.Cluster.Membership.Agents[0].Introduction.Id, "test");
        Assert.Equal("id name state enrolled_at issued_at expires_at token_id revoked_at revoked_by", await Names("agents/enrolled", agents => agents[0]));
        Assert.Equal(JobNames, await Names("jobs", jobs => jobs[0]));
        Assert.Equal(RoundNames, await Names("rounds", rounds => rounds[0]));
        Assert.Equal(RoundNames, await Names("rounds/1"));
        Assert.Equal("min avg p50 p99 max", await Names("rounds/1", round => round.GetProperty("rtt_ms")));
        Assert.Equal("name engine targets sent received", await Names("rounds/1", round => round.GetProperty("agents")[0]));

        async Task<string> Names(string path, Func<JsonElement, JsonElement>? choose = null)
        {
            var answer = JsonDocument.Parse(await coordinator.Http.GetStringAsync($"api/v1/{path}")).RootElement;
            return string.Join(' ', (choose?.Invoke(answer) ?? answer).EnumerateObject().Select(property => property.Name));
        }
    }
}
