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
    public void Budget_runs_out_after_its_term_without_a_word_of_the_coordinator()
    {
        _limit.SetBudget(300, serial: 1, Term);
        _time.Advance(TimeSpan.FromSeconds(29));
        _limit.Renew();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(_limit.IsSuspended);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((true, 0), (_limit.IsSuspended, _limit.Share));
    }

    [Fact]
    public void Budget_that_has_run_out_comes_back_with_the_next_one_and_not_with_a_word()
    {
        var resumed = 0;
        _limit.Resumed += () => resumed++;
        _limit.SetBudget(300, serial: 1, Term);
        _time.Advance(Term);

        _limit.Renew();
        Assert.Equal((true, 0), (_limit.IsSuspended, resumed));
        _limit.SetBudget(200, serial: 2, Term);

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
        _limit.SetBudget(300, serial: 1, Term);
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

    [Fact]
    public void Nobody_told_it_a_budget_and_it_has_no_share() => Assert.Equal((0, 0ul, 1_000), (_limit.Share, _limit.KeptSerial, _limit.PingsPerSecond));
}
