using System.Globalization;
using System.Text.Json;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>`fping-coordinator agents drain` in the middle of a round.</summary>
public sealed class DrainTests
{
    private const int Targets = 16_384;
    private const int Count = 2;
    private const string PingsSent = "pings sent since the start: ";

    [Fact]
    public async Task Drained_agent_ends_with_zero_no_shard_is_probed_twice_and_it_may_join_again()
    {
        await using var service = new SimulatedService("10.0.0.0/18", Count);
        service.StartCoordinator();
        var leaving = service.StartAgent("leaving");
        service.StartAgent("staying");
        await service.Until("api/v1/agents", agents => agents.EnumerateArray().Count(HasSent) == 2, "both agents at work");

        var drain = await service.Ask("agents", "drain", "leaving");

        Assert.True(drain.ExitCode == 0, drain.Describe(lines: 20));
        Assert.Contains(drain.Output, line => line.StartsWith("leaving  draining", StringComparison.Ordinal));
        Assert.Equal(0, await leaving.WaitForExit(SimulatedService.Patience));
        var sentBefore = long.Parse(
            Assert.Single(leaving.Errors, line => line.Contains(PingsSent, StringComparison.Ordinal)).Split(PingsSent)[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        var round = (await service.Until("api/v1/rounds", rounds => rounds[0].GetProperty("state").GetString() == "closed", "the round's close"))[0];
        Assert.Equal((Targets, 0), (round.GetProperty("done").GetInt32(), round.GetProperty("unknown").GetInt32()));
        Assert.Equal(sentBefore, SentOf(round, "leaving"));
        await service.Until(
            "api/v1/agents", agents => agents.EnumerateArray().Single().GetProperty("sent_pings").GetInt64() == Targets * Count - sentBefore,
            "every ping sent for a result that counts, and no other");

        service.StartAgent("leaving");
        await service.Connected(2);
    }

    private static bool HasSent(JsonElement agent) => agent.GetProperty("sent_pings").GetInt64() > 0;

    private static long SentOf(JsonElement round, string agent) =>
        round.GetProperty("agents").EnumerateArray().Single(share => share.GetProperty("name").GetString() == agent).GetProperty("sent").GetInt64();
}
