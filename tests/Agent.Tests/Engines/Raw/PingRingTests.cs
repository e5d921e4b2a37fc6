using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class PingRingTests
{
    [Fact]
    public void Pings_keep_their_number_while_the_ring_grows_and_turns()
    {
        var ring = new PingRing();
        var random = new Random(3);
        for (var turn = 0; turn < 200; turn++)
        {
            for (var i = random.Next(2000); i > 0; i--)
            {
                var next = ring.Tail;
                Assert.Equal(next, ring.Add(new PingSlot { SentNs = next * 7 }));
            }

            for (var i = random.Next(ring.Count + 1); i > 0; i--)
            {
                ring.RemoveHead();
            }

            for (var ping = ring.Head; ping < ring.Tail; ping++)
            {
                Assert.Equal(ping * 7, ring[ping].SentNs);
            }
        }

        Assert.True(ring.Tail > 100_000);
    }

    [Fact]
    public void Ping_is_contained_from_its_adding_to_its_removal()
    {
        var ring = new PingRing();
        Assert.False(ring.Contains(0));
        ring.Add(default);
        ring.Add(default);
        Assert.Equal((true, true, false, 2), (ring.Contains(0), ring.Contains(1), ring.Contains(2), ring.Count));
        ring.RemoveHead();
        Assert.Equal((false, true, 1), (ring.Contains(0), ring.Contains(1), ring.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void Newest_ping_with_a_sequence_number_is_found(int pings)
    {
        var ring = new PingRing();
        for (var i = 0; i < pings; i++)
        {
            ring.Add(default);
        }

        for (var ping = Math.Max(0, pings - 65_536); ping < pings; ping++)
        {
            Assert.Equal(ping, ring.FromSequence((ushort)ping));
            Assert.Equal(ping - 65_536, PingRing.OlderWithSameSequence(ring.FromSequence((ushort)ping)));
        }

        Assert.Equal(pings - 1, ring.FromNumber((uint)(pings - 1)));
        Assert.Equal(0, ring.FromNumber(0));
    }

    [Fact]
    public void Number_that_was_never_given_is_no_ping()
    {
        var ring = new PingRing();
        Assert.True(ring.FromNumber(0) < 0);
        Assert.True(ring.FromSequence(5) < 0);
        ring.Add(default);
        Assert.True(ring.FromNumber(1) < 0);
        Assert.True(ring.FromNumber(uint.MaxValue) < 0);
    }
}
