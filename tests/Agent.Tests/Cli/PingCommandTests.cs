using System.CommandLine;
using FpingCluster.Agent.Cli;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Tests.Cli;

public sealed class PingCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--engine auto")]
    [InlineData("--engine fping")]
    public async Task Simulation_without_its_engine_is_refused_before_a_ping_is_sent(string engine)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = ["ping", "127.0.0.1", "--simulate", "dead=1", .. engine.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        Assert.Equal(ExitCode.BadUsage, await CommandRunner.RunAsync([PingCommand.Create()], arguments, output, error));

        Assert.StartsWith("--simulate is only for --engine simulated; add it\n", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Simulation_with_its_engine_is_taken() =>
        Assert.Empty(new RootCommand { PingCommand.Create() }.Parse("ping 127.0.0.1 --simulate dead=1 --engine simulated").Errors);
}
