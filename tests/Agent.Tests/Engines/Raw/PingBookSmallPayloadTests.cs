using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Payloads without room for a ping's number, with more pings in flight than there are sequence numbers.</summary>
public sealed class PingBookSmallPayloadTests
{
    private const long Ms = BookUnderTest.Ms;

    private const int Targets = 70_000, Sequences = 65_536;

    private static readonly Probe Once = new() { Count = 1, Timeout = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Answers_are_told_apart_by_their_address(int size)
    {
        var book = new BookUnderTest();
        book.Add(Shards.Of(Shards.LoopbackAddresses(Targets), Once with { Size = size }));
        var pings = book.Send(0).ToArray();
        new Random(size).Shuffle(pings);

        foreach (var ping in pings)
        {
            book.Answer(ping, (1 + ping.Due.Target) * 1000);
        }

        book.Finish(3000 * Ms);

        Assert.Equal(Enumerable.Range(1, Targets).Select(i => (uint)i), book.Result.RttsUs);
        Assert.Equal((0, 0, 0), (book.Counters.Duplicates, book.Counters.Forged, book.Counters.WrongSource));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Pings_of_one_target_with_one_sequence_number_are_told_apart_by_what_the_payload_holds(int size)
    {
        var book = new BookUnderTest();
        var probe = Once with { Size = size };
        ShardAssignment[] shards =
        [
            Shards.Of(Shards.LoopbackAddresses(1), probe, 1),
            Shards.Of(Shards.LoopbackAddresses(Sequences - 1, 1), probe, 2),
            Shards.Of(Shards.LoopbackAddresses(1), probe, 3),
        ];
        Array.ForEach(shards, book.Add);
        var pings = book.Send(0);
        Assert.Equal(Sequences, pings[^1].Number - pings[0].Number);

        book.Answer(pings[0], 5 * Ms);
        book.Answer(pings[^1], 7 * Ms);
        book.Finish(3000 * Ms);

        Assert.Equal([5000], book.ResultOf(shards[0]).RttsUs);
        Assert.Equal([7000], book.ResultOf(shards[2]).RttsUs);
    }
}
