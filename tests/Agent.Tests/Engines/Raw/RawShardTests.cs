using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class RawShardTests
{
    private static readonly EchoTemplate IPv4 = new(ipv4: true, 12), IPv6 = new(ipv4: false, 12);

    [Fact]
    public void Every_target_is_opened_once_whatever_their_number()
    {
        for (var targets = 1; targets <= 600; targets++)
        {
            var opened = OpenAll(New(targets));

            Assert.Equal(Enumerable.Range(0, targets), opened.Order());
        }
    }

    [Fact]
    public void Neighbours_of_a_shard_of_500_are_opened_far_apart()
    {
        var turns = OpenAll(New(500)).Select((target, turn) => (target, turn)).OrderBy(entry => entry.target).Select(entry => entry.turn).ToList();

        for (var target = 1; target < 500; target++)
        {
            Assert.InRange(Math.Abs(turns[target] - turns[target - 1]), 50, 450);
        }
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(1499, 1)]
    [InlineData(1500, 2)]
    [InlineData(123_456_499, 123_456)]
    public void Rtt_is_rounded_to_microseconds_and_never_zero(long rttNs, uint rttUs)
    {
        var shard = New(1);

        shard.Answered(0, 0, rttNs);

        Assert.Equal([rttUs], shard.Report(default).RttsUs.Take(1));
    }

    [Fact]
    public void Reasons_of_a_target_are_kept_once_for_each_kind()
    {
        var shard = New(2);
        shard.Refused(TargetReason.Icmp(1, 3, 1, default));
        shard.Refused(TargetReason.Icmp(1, 3, 13, default));
        shard.NotSent(1, 1);
        shard.NotSent(1, 101);
        shard.Refused(TargetReason.Icmp(0, 11, 0, default));
        shard.Duplicate(0);
        shard.Duplicate(0);

        var result = shard.Report(default);

        Assert.Equal(
            [TargetReason.Icmp(0, 11, 0, default), new(0, ReasonKind.Duplicate, 2), TargetReason.Icmp(1, 3, 1, default), new(1, ReasonKind.SendError, 1)],
            result.Reasons);
        Assert.Null(result.FindDefect(2, 3));
    }

    [Fact]
    public void Table_gives_a_place_again_only_after_it_was_removed()
    {
        var table = new ShardTable();
        var probe = new Probe { Count = 1 };
        Assert.Equal([0, 1], [table.Add(Shards.Of(Shards.LoopbackAddresses(1), probe, 1)), table.Add(Shards.Of(Shards.LoopbackAddresses(1), probe, 2))]);
        table.Remove(0);

        Assert.Equal([0, 2], [table.Add(Shards.Of([], probe, 3)), table.Add(Shards.Of([], probe, 4))]);
    }

    [Fact]
    public void Table_opens_its_shards_one_after_the_other_and_empty_ones_never()
    {
        var table = new ShardTable();
        var probe = new Probe { Count = 1 };
        table.Add(Shards.Of(Shards.LoopbackAddresses(2), probe, 1));
        table.Add(Shards.Of([], probe, 2));
        table.Add(Shards.Of(Shards.LoopbackAddresses(1), probe, 3));
        var opened = new List<int>();
        Assert.True(table.HasUnopened);
        while (table.TryOpen(out var due))
        {
            opened.Add(due.Shard);
        }

        Assert.Equal([0, 0, 2], opened);
        Assert.False(table.HasUnopened);
        Assert.Same(table[0].IPv4, table[2].IPv4);
        Assert.NotSame(table[0].IPv4, table[0].IPv6);
    }

    private static RawShard New(int targets) => new(Shards.Of(Shards.LoopbackAddresses(targets), new Probe { Count = 3 }), IPv4, IPv6);

    private static List<int> OpenAll(RawShard shard)
    {
        var opened = new List<int>();
        while (!shard.IsOpened)
        {
            opened.Add(shard.Open());
        }

        return opened;
    }
}
