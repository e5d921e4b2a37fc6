using FpingCluster.Agent.Engines.Simulated;

namespace FpingCluster.Agent.Tests.Engines.Simulated;

public class SimulationSettingsTests
{
    [Fact]
    public void Keys_left_out_keep_their_defaults()
    {
        Assert.Null(SimulationSettings.TryParse("dead=0, loss=5.5,rtt=0,time=0,seed=7", out var settings));
        Assert.Equal(new SimulationSettings { Dead = 0, Loss = 5.5, Rtt = 0, TakesTime = false, Seed = 7 }, settings);
    }

    [Fact]
    public void Every_documented_key_is_read()
    {
        foreach (var key in SimulationSettings.Keys.Split(", "))
        {
            Assert.Null(SimulationSettings.TryParse($"{key}=1", out _));
        }
    }

    [Theory]
    [InlineData("dead=101", "dead is 101; it must be 0 to 100 percent")]
    [InlineData("dead=-1", "'dead=-1' is not key=number")]
    [InlineData("speed=1", "'speed' is no key of a simulation")]
    [InlineData("dead", "'dead' is not key=number")]
    [InlineData("time=2", "time is 2; it must be 1")]
    public void Wrong_setting_is_told_with_its_bound(string text, string message) =>
        Assert.Contains(message, SimulationSettings.TryParse(text, out _), StringComparison.Ordinal);

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var error = SimulationSettings.TryParse("dead=200,nope=1,rtt=x", out _)!;
        Assert.Equal(3, error.Split("; ").Count(part => part.Contains("dead is 200", StringComparison.Ordinal) || part.Contains("'nope'", StringComparison.Ordinal) || part.Contains("'rtt=x'", StringComparison.Ordinal)));
    }
}
