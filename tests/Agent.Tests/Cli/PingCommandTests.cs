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

    [Theory]
    [InlineData("--size 26", "--size is 26, but the text 'noc@example.com' takes 15 bytes behind the 12 by which replies are known; raise size to 27 or more, or shorten the text\n")]
    [InlineData("--size 40 --engine fping", "--payload-text is for the raw engine, fping cannot send one; set engine to raw or auto, or remove the text\n")]
    public async Task Text_that_cannot_be_sent_is_refused_before_a_ping_is_sent(string options, string message)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = ["ping", "127.0.0.1", "--payload-text", "noc@example.com", .. options.Split(' ')];

        Assert.Equal(ExitCode.BadUsage, await CommandRunner.RunAsync([PingCommand.Create()], arguments, output, error));

        Assert.Equal(message, error.ToString());
    }

    [Fact]
    public void Simulation_with_its_engine_is_taken() =>
        Assert.Empty(new RootCommand { PingCommand.Create() }.Parse("ping 127.0.0.1 --simulate dead=1 --engine simulated").Errors);
}
