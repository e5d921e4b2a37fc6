using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines.Simulated;

public class SendScheduleTests
{
    private static readonly Probe Probe = new() { Count = 5, Period = TimeSpan.FromMilliseconds(500), Timeout = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public void Small_shard_takes_its_periods_and_the_last_timeout() =>
        Assert.Equal(TimeSpan.FromMilliseconds(10 + 4 * 500 + 300), new SendSchedule().Book(TimeSpan.Zero, 10, Probe, 1000));

    [Fact]
    public void Large_shard_takes_as_long_as_its_pings_need_at_the_rate() =>
        Assert.Equal(TimeSpan.FromMilliseconds(10_000 + 300), new SendSchedule().Book(TimeSpan.Zero, 2000, Probe, 1000));

    [Fact]
    public void Shards_share_the_rate()
    {
        var schedule = new SendSchedule();
        schedule.Book(TimeSpan.Zero, 2000, Probe, 1000);
        Assert.Equal(TimeSpan.FromSeconds(10), schedule.FreeAt);
        Assert.Equal(TimeSpan.FromMilliseconds(20_000 + 300), schedule.Book(TimeSpan.FromSeconds(1), 2000, Probe, 1000));
    }

    [Fact]
    public void Idle_time_is_not_made_up_for()
    {
        var schedule = new SendSchedule();
        schedule.Book(TimeSpan.Zero, 2000, Probe, 1000);
        schedule.Book(TimeSpan.FromMinutes(1), 2000, Probe, 1000);
        Assert.Equal(TimeSpan.FromSeconds(70), schedule.FreeAt);
    }
}
