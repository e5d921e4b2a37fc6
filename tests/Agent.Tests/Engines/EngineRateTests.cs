using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines;

public sealed class EngineRateTests
{
    private readonly RateLimit _limit = new(1_001);
    private readonly EngineRate _raw, _fping, _idle;

    public EngineRateTests() => (_raw, _fping, _idle) = (_limit.NewPart(), _limit.NewPart(), _limit.NewPart());

    [Fact]
    public void Engine_that_probes_alone_has_all_of_it()
    {
        _raw.Took(3);

        Assert.Equal(1_001, _raw.PingsPerSecond);
    }

    [Fact]
    public void Engines_that_probe_at_once_never_have_more_than_all_of_it_together()
    {
        _raw.Took(3);
        _fping.Took(1);
        Assert.Equal((501, 500), (_raw.PingsPerSecond, _fping.PingsPerSecond));

        _limit.SetBudget(300);
        Assert.Equal((150, 150), (_raw.PingsPerSecond, _fping.PingsPerSecond));
        _fping.Took(-1);

        Assert.Equal(300, _raw.PingsPerSecond);
    }

    [Fact]
    public void What_processes_still_send_is_left_to_them_until_they_end()
    {
        _fping.Took(2);
        _fping.SetUnderWay(900);
        _raw.Took(1);
        Assert.Equal((101, 500, false), (_raw.PingsPerSecond, _fping.PingsPerSecond, _raw.IsSuspended));

        _fping.SetUnderWay(1_001);
        Assert.True(_raw.IsSuspended);
        _fping.SetUnderWay(400);

        Assert.Equal((501, false), (_raw.PingsPerSecond, _raw.IsSuspended));
    }

    [Fact]
    public void Of_a_single_ping_a_second_one_engine_has_all_and_the_other_waits()
    {
        _limit.SetBudget(1);
        _raw.Took(1);
        _fping.Took(1);

        Assert.Equal((false, true), (_raw.IsSuspended, _fping.IsSuspended));
    }

    [Fact]
    public void Budget_that_has_run_out_is_no_engines()
    {
        _limit.SetNothing(serial: 1);

        Assert.All([_raw, _fping, _idle], part => Assert.True(part.IsSuspended));
    }

    [Fact]
    public void Processes_of_all_engines_are_under_way_for_the_agent()
    {
        _limit.SetBudget(300, serial: 1);
        _fping.SetUnderWay(200);
        _idle.SetUnderWay(200);
        Assert.Equal((0ul, 400), (_limit.KeptSerial, _limit.Share));

        _idle.SetUnderWay(0);

        Assert.Equal(1ul, _limit.KeptSerial);
    }

    [Fact]
    public void Part_of_a_prefix_is_as_the_part_of_the_rate()
    {
        _limit.SetBudget(1_000, perPrefix: new PrefixRate(24, 48, 30));
        _raw.Took(1);
        Assert.Equal(30, _raw.PerPrefix!.Value.PingsPerSecond);

        _fping.Took(1);

        Assert.Equal((15, 15), (_raw.PerPrefix!.Value.PingsPerSecond, _fping.PerPrefix!.Value.PingsPerSecond));
    }
}
