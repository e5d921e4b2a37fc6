using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Tests.Diagnostics;

public class CpuMeterTests
{
    [Fact]
    public void Reading_is_the_share_of_busy_time_since_the_last_one()
    {
        var lines = new Queue<string>(["cpu  100 0 100 700 100 0 0 0 50 0", "cpu  150 0 175 750 125 0 0 0 99 0", "cpu  150 0 175 750 125 0 0 0 99 0"]);
        var meter = new CpuMeter(lines.Dequeue);

        Assert.Equal(200, meter.UsedPermille());
        Assert.Equal(625, meter.UsedPermille());
        Assert.Equal(0, meter.UsedPermille());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cpu 1 2 3")]
    public void Reading_is_zero_where_there_is_nothing_to_read(string? line) => Assert.Equal(0, new CpuMeter(() => line).UsedPermille());
}
