using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.CommandLine;

public sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("5 6", "unexpected argument '6'; the number of targets is the only one")]
    [InlineData("many", "'many' is no number of targets")]
    [InlineData("0", "0 targets; it must be 1 to 16000000")]
    public async Task Wrong_arguments_are_refused_before_anything_is_built(string arguments, string expected)
    {
        await using var demo = LabProcess.Start(Repository.File("demo.sh"), arguments.Split(' '));

        Assert.Equal(2, await demo.WaitForExit(Patience));

        Assert.Contains($"demo.sh: {expected}", demo.Errors);
        Assert.Empty(demo.Output);
    }
}
