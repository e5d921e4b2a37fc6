using FpingCluster.Shared.Timing;

namespace FpingCluster.Shared.Tests.Timing;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(10);

    [Fact]
    public void Next_is_never_above_a_bound_that_doubles_up_to_the_cap()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var backoff = new Backoff(First, Cap, new Random(seed));
            var bound = First;
            for (var i = 0; i < 20; i++)
            {
                Assert.InRange(backoff.Next(), TimeSpan.Zero, bound);
                bound = TimeSpan.FromTicks(Math.Min(Cap.Ticks, bound.Ticks * 2));
            }
        }
    }

    [Fact]
    public void Next_with_the_greatest_random_number_follows_the_bound()
    {
        var backoff = new Backoff(First, Cap, new GreatestRandom());

        var delays = Enumerable.Range(0, 9).Select(_ => (int)Math.Round(backoff.Next().TotalMilliseconds)).ToArray();

        Assert.Equal([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000], delays);
    }

    [Fact]
    public void Reset_starts_over()
    {
        var backoff = new Backoff(First, Cap, new GreatestRandom());
        backoff.Next();
        backoff.Next();

        backoff.Reset();

        Assert.Equal(100, backoff.Next().TotalMilliseconds, tolerance: 0.001);
    }

    [Fact]
    public void Two_with_different_seeds_do_not_come_back_together()
    {
        var one = new Backoff(new Random(1));
        var other = new Backoff(new Random(2));

        Assert.NotEqual(Enumerable.Range(0, 8).Select(_ => one.Next()), Enumerable.Range(0, 8).Select(_ => other.Next()));
    }

    private sealed class GreatestRandom : Random
    {
        public override double NextDouble() => Math.BitDecrement(1.0);
    }
}
