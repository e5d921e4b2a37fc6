using System.Text.Json;
using FpingCluster.Coordinator.Security;

namespace FpingCluster.Cluster.Tests.Interop;

/// <summary>Our coordinator with an agent that shares no code with us, agent.py: what they agree on is the protocol itself.</summary>
public sealed class PythonAgentTests
{
    private const string Targets = "127.0.0.1\n127.0.0.2\n127.0.0.3\n127.0.0.4\n127.0.0.5\n127.0.0.6\n127.0.0.7\n::1\n2001:db8::3\n";

    private const string Job = """
        jobs:
          - name: interop
            targets: { file: targets.csv }
            probe: { count: 2, period: 50ms, timeout: 50ms }
            bucket: 4
            output: { file: results.ndjson, format: ndjson }
        """;

    [Fact]
    public async Task Python_agent_is_leased_a_round_and_its_rtts_are_the_results()
    {
        await using var coordinator = await CoordinatorUnderTest.StartAsync(Targets, Job);
        await using var agent = PythonScript.Start("agent.py", coordinator.Address, "1");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120), TimeProvider.System);

        var outcome = await coordinator.RunRoundAsync(timeout.Token);
        var report = await agent.ReportAsync();

        Assert.Equal(("OK", ""), (report.GetProperty("status").GetString(), report.GetProperty("detail").GetString()));
        Assert.Empty(report.GetProperty("faults").EnumerateArray());
        CheckWelcome(report.GetProperty("welcome"));
        CheckRound(Assert.Single(report.GetProperty("rounds").EnumerateArray()));
        var shards = report.GetProperty("shards").EnumerateArray().ToList();
        Assert.Equal(outcome.Map.Shards.Count, shards.Count);
        Assert.Equal(9, shards.SelectMany(shard => shard.EnumerateArray()).Select(address => address.GetString()).Distinct().Count());
        Assert.Equal(shards.Count, report.GetProperty("acknowledged").GetInt32());
        Assert.Equal((9, 0, 18L, 16L), (outcome.Summary.Up, outcome.Summary.Unknown, outcome.Summary.Sent, outcome.Summary.Received));
        var rows = coordinator.ReadOutput("results.ndjson").Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Targets.Split('\n', StringSplitOptions.RemoveEmptyEntries), rows.Select(row => row.GetProperty("address").GetString()));
        Assert.All(rows, CheckRow);
    }

    [Fact]
    public async Task Python_agent_enrols_and_is_leased_a_round_over_mutual_tls()
    {
        await using var coordinator = await CoordinatorUnderTest.StartAsync(Targets, Job);
        await using var agent = PythonScript.Start("agent.py", coordinator.Address, "1", coordinator.CaFile, coordinator.JoinToken());
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120), TimeProvider.System);

        var outcome = await coordinator.RunRoundAsync(timeout.Token);
        var report = await agent.ReportAsync();

        Assert.Equal(("OK", 9, 0), (report.GetProperty("status").GetString(), outcome.Summary.Up, outcome.Summary.Unknown));
        var enrolled = Assert.Single(coordinator.Service<EnrolledAgents>().List());
        Assert.Equal(("snake", "000102030405060708090a0b0c0d0e0f"), (enrolled.Name, enrolled.Id.ToString()));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    public async Task Agent_of_another_protocol_is_refused_with_failed_precondition(string major)
    {
        await using var coordinator = await CoordinatorUnderTest.StartAsync(Targets, Job);
        await using var agent = PythonScript.Start("agent.py", coordinator.Address, major);

        var report = await agent.ReportAsync();

        Assert.Equal("FAILED_PRECONDITION", report.GetProperty("status").GetString());
        Assert.Contains($"speaks protocol {major}.0, this coordinator 1.1", report.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("welcome").ValueKind);
    }

    private static void CheckWelcome(JsonElement welcome)
    {
        Assert.NotEqual("", welcome.GetProperty("version").GetString());
        Assert.True(welcome.GetProperty("session_timeout_ms").GetInt32() > welcome.GetProperty("heartbeat_interval_ms").GetInt32());
        Assert.True(welcome.GetProperty("credits").GetInt32() > 0);
    }

    private static void CheckRound(JsonElement round)
    {
        Assert.Equal(("interop", "auto"), (round.GetProperty("job").GetString(), round.GetProperty("engine").GetString()));
        Assert.Equal((2, 50_000), (round.GetProperty("count").GetInt32(), round.GetProperty("period_us").GetInt32()));
    }

    // As agent.py makes them up.
    private static void CheckRow(JsonElement row)
    {
        var address = row.GetProperty("address").GetString()!;
        var last = int.Parse(address.Split('.', ':')[^1]);
        double?[] expected = [last + 0.007, last == 3 ? null : last + 0.107];
        var rtts = row.GetProperty("rtts_ms").EnumerateArray().Select(rtt => rtt.ValueKind == JsonValueKind.Null ? (double?)null : rtt.GetDouble());
        Assert.Equal(expected, rtts);
        Assert.Equal("snake", row.GetProperty("agent").GetString());
    }
}
