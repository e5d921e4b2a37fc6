using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Tests.Results;

public class RoundTallyTests
{
    [Fact]
    public void Shards_are_added_up_by_state_and_agent()
    {
        var tally = new RoundTally();
        tally.Add(Shards.Result([1000, 3000], [0, 0]), "b", "raw");
        tally.Add(Shards.Result([5000, 0], []) with { LocalDrops = 4, Reasons = [new(0, ReasonKind.Duplicate, 2), new(1, ReasonKind.LocalDrop)] }, "a", "fping");
        tally.Add(Shards.Result([7000]), "b", "raw");
        tally.CountUnknown(3);

        var summary = tally.Summarize(TimeSpan.FromSeconds(2));

        Assert.Equal((8, 3, 1, 4), (summary.Targets, summary.Up, summary.Down, summary.Unknown));
        Assert.Equal((7L, 4L, 2L, 4L), (summary.Sent, summary.Received, summary.Duplicates, summary.LocalDrops));
        Assert.Equal(3.5, summary.PingsPerSecond);
        Assert.Equal([new AgentShare("a", "fping", 2, 2, 1), new AgentShare("b", "raw", 3, 5, 3)], summary.Agents);
        Assert.Equal((1.0, 4.0, 7.0), (summary.Rtt!.Min, summary.Rtt.Avg, summary.Rtt.Max));
    }

    [Fact]
    public void Round_without_a_reply_has_no_rtt()
    {
        var tally = new RoundTally();
        tally.Add(Shards.Result([0, 0]), "a", "raw");
        Assert.Null(tally.Summarize(TimeSpan.FromSeconds(1)).Rtt);
    }

    [Fact]
    public void Empty_round_is_all_zeros()
    {
        var summary = new RoundTally().Summarize(TimeSpan.Zero);
        Assert.Equal((0, 0L, 0.0, 0.0), (summary.Targets, summary.Sent, summary.PingsPerSecond, summary.LossPercent));
    }
}
