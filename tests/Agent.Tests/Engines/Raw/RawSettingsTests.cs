using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class RawSettingsTests
{
    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(70_000, 8, 1)]
    [InlineData(70_001, 8, 2)]
    [InlineData(200_000, 8, 3)]
    [InlineData(200_000, 2, 2)]
    [InlineData(200_000, 1, 1)]
    [InlineData(int.MaxValue, 4, 4)]
    public void Lanes_are_as_many_as_the_rate_takes_and_processors_are_there(int rate, int processors, int lanes) =>
        Assert.Equal(lanes, new RawSettings(SocketMode.Raw).LanesFor(rate, processors));

    [Fact]
    public void Lanes_that_were_asked_for_are_had() => Assert.Equal(5, new RawSettings(SocketMode.Raw, Lanes: 5).LanesFor(1000, 2));
}
