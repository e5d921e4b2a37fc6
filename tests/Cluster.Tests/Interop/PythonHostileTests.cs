namespace FpingCluster.Cluster.Tests.Interop;

/// <summary>Our coordinator with an agent in Python that breaks the rules, hostile.py: told what it did, while the round of another goes on.</summary>
public sealed class PythonHostileTests
{
    private const string Targets = "127.0.0.1\n127.0.0.2\n127.0.0.3\n127.0.0.4\n127.0.0.5\n";

    private const string Job = """
        jobs:
          - name: interop
            targets: { file: targets.csv }
            probe: { count: 2, period: 50ms, timeout: 50ms }
            bucket: 2
        """;

    [Theory]
    [InlineData("other version", "FAILED_PRECONDITION", "agent 'hostile' 3.11 speaks protocol 2.0, this coordinator 1.2")]
    [InlineData("no hello", "INVALID_ARGUMENT", "a session begins with Hello, not with Heartbeat")]
    [InlineData("hello twice", "INVALID_ARGUMENT", "Hello comes once a session")]
    [InlineData("short id", "INVALID_ARGUMENT", "agent id and boot id are 16 bytes each, not 5 and 16")]
    [InlineData("long name", "INVALID_ARGUMENT", "a name has 1 to 200 characters")]
    [InlineData("many labels", "INVALID_ARGUMENT", "labels are at most 64")]
    [InlineData("too large", "RESOURCE_EXHAUSTED", "exceeds the maximum")]
    [InlineData("gap", "INVALID_ARGUMENT", "batch 3 (round 77, shard 1): it follows batch 1; each number comes after the one before it")]
    [InlineData("future", "OK", "")]
    [InlineData("leases never granted", "OK", "")]
    public async Task Agent_that_breaks_the_rules_is_told_so_and_another_is_undisturbed(string way, string status, string detail)
    {
        await using var coordinator = await CoordinatorUnderTest.StartAsync(Targets, Job);
        await using var hostile = PythonScript.Start("hostile.py", coordinator.Address, way);
        var report = await hostile.ReportAsync();
        await using var agent = PythonScript.Start("agent.py", coordinator.Address, "1");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120), TimeProvider.System);

        var outcome = await coordinator.RunRoundAsync(timeout.Token);

        Assert.Equal(status, report.GetProperty("status").GetString());
        Assert.Contains(detail, report.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((5, 0), (outcome.Summary.Up, outcome.Summary.Unknown));
        Assert.Equal("snake", Assert.Single(outcome.Summary.Agents).Name);
    }
}
