using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class PacerTests
{
    private const long Ms = 1_000_000, Second = 1000 * Ms;

    [Theory]
    [InlineData(2_000, 1)]
    [InlineData(5_000, 2)]
    [InlineData(50_000, 3)]
    [InlineData(99_999, 4)]
    [InlineData(300_000, 5)]
    public void Rate_is_kept_over_a_second_whatever_the_calls(int rate, int seed)
    {
        var pacer = new Pacer(new RateLimit(rate));
        var random = new Random(seed);
        var taken = 0L;
        var start = 100 * Second;
        for (var now = start; now < start + Second; now += NextGap(random))
        {
            for (var got = 1; got > 0; taken += got)
            {
                got = pacer.Take(64, now);
            }
        }

        // After a pause a slow rate may not catch up all at once.
        Assert.InRange(taken, rate * 0.98, rate * 1.01);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(7_000)]
    [InlineData(100_000)]
    public void No_more_than_a_milliseconds_worth_leaves_at_once_however_long_the_pause(int rate)
    {
        var pacer = new Pacer(new RateLimit(rate));
        for (var now = Second; now < 20 * Second; now += 997 * Ms)
        {
            Assert.InRange(TakeAll(pacer, now), 1, rate * 0.001 + 1);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(7_000)]
    [InlineData(100_000)]
    public void Catching_up_takes_a_quarter_more_than_the_rate_and_ends(int rate)
    {
        var pacer = new Pacer(new RateLimit(rate));
        var taken = new List<int>();
        for (var step = 0; step < 4000; step++)
        {
            taken.Add(TakeAll(pacer, Second + step * 10_000L));
        }

        for (var from = 0; from + 100 <= taken.Count; from++)
        {
            // A bucket that is full, and what flows into it meanwhile.
            Assert.InRange(taken.Skip(from).Take(100).Sum(), 0, rate * 0.001 * 2.25 + 1);
        }

        // Five milliseconds' worth and not more were caught up in forty.
        Assert.InRange(taken.Sum(), rate * 0.0435, rate * 0.0455 + 1);
    }

    [Fact]
    public void What_is_given_back_may_be_taken_again()
    {
        var pacer = new Pacer(new RateLimit(10_000));
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(10, pacer.Take(64, Second));
            pacer.GiveBack(10);
        }

        Assert.Equal(10, pacer.Take(64, Second));
        Assert.Equal(0, pacer.Take(64, Second));
        Assert.InRange(pacer.NextAtNs, Second + 1, Second + 100_000);
    }

    [Fact]
    public void Drops_lower_the_rate_once_in_a_quarter_second_to_a_part_of_what_was_sent()
    {
        var pacer = new Pacer(new RateLimit(100_000));
        var now = Send(pacer, Second, Second, perMs: 20);

        var slowed = pacer.Slow(now);
        Assert.InRange(slowed ?? 0, 13_500, 14_500);
        Assert.Null(pacer.Slow(now + 249 * Ms));
        Assert.Equal(slowed, pacer.PingsPerSecond);
        Assert.True(pacer.Slow(now + 250 * Ms) < slowed);
    }

    [Fact]
    public void Rate_rises_by_a_twentieth_a_second_until_it_is_what_it_was()
    {
        var pacer = new Pacer(new RateLimit(10_000));
        var now = Send(pacer, Second, Second, perMs: 20);
        Assert.InRange(pacer.Slow(now) ?? 0, 6_900, 7_100);

        now = Send(pacer, now, 2 * Second, perMs: 20);
        Assert.InRange(pacer.PingsPerSecond, 7_600, 8_100);
        Send(pacer, now, 6 * Second, perMs: 20);
        Assert.Equal(10_000, pacer.PingsPerSecond);
    }

    [Fact]
    public void Rate_never_falls_below_a_hundred_and_one_that_is_lower_stays_as_it_is()
    {
        var slow = new Pacer(new RateLimit(50));
        Assert.Null(slow.Slow(Second));
        Assert.Equal(50, slow.PingsPerSecond);

        var pacer = new Pacer(new RateLimit(1000));
        for (var i = 1; i < 20; i++)
        {
            pacer.Slow(i * Second);
        }

        Assert.Equal(100, pacer.PingsPerSecond);
    }

    [Fact]
    public void Budget_that_changes_counts_at_once()
    {
        var limit = new RateLimit(100_000);
        var pacer = new Pacer(limit);
        Send(pacer, Second, 100 * Ms, perMs: 200);

        limit.SetBudget(1000);

        Assert.Equal(1000, pacer.PingsPerSecond);
        var taken = 0;
        for (var now = 2 * Second; now < 3 * Second; now += Ms / 2)
        {
            taken += TakeAll(pacer, now);
        }

        Assert.InRange(taken, 990, 1010);
    }

    /// <summary>Turns of a lane: mostly well below a millisecond, now and then one that overslept.</summary>
    private static long NextGap(Random random) => random.Next(20) == 0 ? random.NextInt64(Ms, 3 * Ms) : random.NextInt64(1, 800_000);

    private static int TakeAll(Pacer pacer, long nowNs)
    {
        var taken = 0;
        for (var got = 1; got > 0; taken += got)
        {
            got = pacer.Take(64, nowNs);
        }

        return taken;
    }

    private static long Send(Pacer pacer, long fromNs, long durationNs, int perMs)
    {
        var now = fromNs;
        for (; now < fromNs + durationNs; now += Ms)
        {
            pacer.Take(perMs, now);
        }

        return now;
    }
}
