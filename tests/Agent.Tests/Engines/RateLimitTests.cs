using FpingCluster.Agent.Engines;
using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Engines;

public sealed class RateLimitTests
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly RateLimit _limit;

    public RateLimitTests() => _limit = new RateLimit(1_000, _time);

    [Fact]
    public void Budget_runs_out_a_term_after_the_last_word_that_the_coordinator_had_heard()
    {
        var heard = _limit.ClockMs;
        _time.Advance(TimeSpan.FromSeconds(10));
        _limit.SetBudget(300, serial: 1, Term, heard);
        _time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(_limit.IsSuspended);

        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal((true, 0), (_limit.IsSuspended, _limit.Share));
    }

    [Fact]
    public void Budget_that_has_run_out_comes_back_with_the_next_one_but_not_with_one_that_lay_unread()
    {
        var resumed = 0;
        _limit.Resumed += () => resumed++;
        var heard = _limit.ClockMs;
        _limit.SetBudget(300, serial: 1, Term, heard);
        _time.Advance(Term);

        _limit.SetBudget(250, serial: 2, Term, heard);
        Assert.Equal((true, 0), (_limit.IsSuspended, resumed));
        _limit.SetBudget(200, serial: 3, Term, _limit.ClockMs);

        Assert.Equal((false, 1, 200), (_limit.IsSuspended, resumed, _limit.Share));
    }

    [Fact]
    public void Budget_without_a_term_never_runs_out()
    {
        _limit.SetBudget(300, serial: 1);
        _time.Advance(TimeSpan.FromDays(30));

        Assert.Equal((false, 300), (_limit.IsSuspended, _limit.Share));
    }

    [Fact]
    public void Wall_clock_has_no_part_in_it()
    {
        _limit.SetBudget(300, serial: 1, Term, _limit.ClockMs);
        _time.JumpWallClock(TimeSpan.FromDays(1));

        Assert.False(_limit.IsSuspended);
    }

    [Fact]
    public void Lower_budget_is_kept_when_the_processes_of_the_higher_one_have_ended()
    {
        _limit.SetBudget(900, serial: 1);
        _limit.SetUnderWay(900);
        Assert.Equal(1ul, _limit.KeptSerial);

        _limit.SetBudget(300, serial: 2);
        Assert.Equal((1ul, 900), (_limit.KeptSerial, _limit.Share));
        _limit.SetUnderWay(300);

        Assert.Equal((2ul, 300), (_limit.KeptSerial, _limit.Share));
    }

    [Theory]
    [InlineData(1_001)]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Own_ceiling_holds_whatever_a_coordinator_says(int budget)
    {
        _limit.SetBudget(budget, serial: 1);

        Assert.Equal((1_000, 1_000), (_limit.PingsPerSecond, _limit.Ceiling));
    }

    [Fact]
    public void Nothing_is_nothing_until_the_next_budget()
    {
        var resumed = 0;
        _limit.Resumed += () => resumed++;
        _limit.SetBudget(300, serial: 1);
        _limit.SetNothing(serial: 2);
        Assert.Equal((true, 0, 2ul), (_limit.IsSuspended, _limit.Share, _limit.KeptSerial));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(_limit.IsSuspended);

        _limit.SetBudget(200, serial: 3, Term, _limit.ClockMs);

        Assert.Equal((false, 200, 1), (_limit.IsSuspended, _limit.Share, resumed));
    }

    [Fact]
    public void Nobody_told_it_a_budget_and_it_has_no_share() => Assert.Equal((0, 0ul, 1_000), (_limit.Share, _limit.KeptSerial, _limit.PingsPerSecond));
}
