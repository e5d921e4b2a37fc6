using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>The pings of one prefix, one after the other at an even pace, whatever else is sent.</summary>
public sealed class PrefixPacerTests
{
    private const long Ms = 1_000_000, Second = 1_000 * Ms;

    private static readonly Probe FivePings = new() { Count = 5, Period = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromMilliseconds(300) };

    private readonly RateLimit _limit = new(100_000);

    [Fact]
    public void Turns_of_a_prefix_are_evenly_apart_and_those_of_another_are_its_own()
    {
        _limit.SetBudget(100_000, perPrefix: new PrefixRate(24, 48, 50));
        var pacer = new PrefixPacer(_limit);

        Assert.Equal([0, 20 * Ms, 40 * Ms], new[] { "10.0.0.1", "10.0.0.2", "10.0.0.1" }.Select(address => pacer.TakeTurn(TargetAddress.Parse(address), 0)));
        Assert.Equal([0, 20 * Ms], new[] { "2001:db8::1", "2001:db8::2" }.Select(address => pacer.TakeTurn(TargetAddress.Parse(address), 0)));
        Assert.Equal(0, pacer.TakeTurn(TargetAddress.Parse("10.0.1.1"), 0));
        Assert.Equal(Second, pacer.TakeTurn(TargetAddress.Parse("10.0.0.3"), Second));
    }

    [Fact]
    public void Without_a_limit_every_turn_is_now()
    {
        var pacer = new PrefixPacer(_limit);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(i, pacer.TakeTurn(TargetAddress.Parse("10.0.0.1"), i)));
    }

    [Fact]
    public void A_million_prefixes_are_not_remembered_when_their_turn_has_passed()
    {
        _limit.SetBudget(100_000, perPrefix: new PrefixRate(32, 128, 1_000));
        var pacer = new PrefixPacer(_limit);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0u; i < 1_000_000; i++)
        {
            pacer.TakeTurn(TargetAddress.FromIPv4(i), i * 10_000L);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
        GC.KeepAlive(pacer);
    }

    [Fact]
    public void Book_sends_a_prefix_no_more_than_its_pings_in_any_second_and_everything_in_the_end()
    {
        const int Limit = 50;
        _limit.SetBudget(100_000, perPrefix: new PrefixRate(24, 48, Limit));
        var book = new BookUnderTest(new PrefixPacer(_limit));
        var dense = Enumerable.Range(0, 60).Select(i => TargetAddress.Parse($"10.0.0.{i}"));
        var sparse = Enumerable.Range(0, 200).Select(i => TargetAddress.Parse($"10.1.{i}.1"));
        book.Add(Shards.Of([.. dense, .. sparse], FivePings));
        var sent = new List<(long AtNs, TargetAddress Target)>();

        for (var now = 0L; now < 10 * Second && book.Sink.Results.IsEmpty; now += Ms)
        {
            foreach (var ping in book.Send(now))
            {
                sent.Add((now, ping.Target));
                book.Answer(ping, now);
            }

            book.Expire(now);
        }

        Assert.All(book.Result.Received, received => Assert.Equal(5, received));
        var inDense = sent.Where(ping => ping.Target < TargetAddress.Parse("10.1.0.0")).Select(ping => ping.AtNs).ToList();
        Assert.InRange(inDense.Max(from => inDense.Count(at => at >= from && at < from + Second)), Limit - 1, Limit);
        // Six seconds of pings to the dense prefix do not hold up the others.
        Assert.InRange(sent.Where(ping => ping.Target >= TargetAddress.Parse("10.1.0.0")).Max(ping => ping.AtNs), 0, Second);
        foreach (var target in sent.GroupBy(ping => ping.Target))
        {
            var times = target.Select(ping => ping.AtNs).ToList();
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 200 * Ms));
        }
    }
}
