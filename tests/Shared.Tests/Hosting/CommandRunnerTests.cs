using System.CommandLine;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Shared.Tests.Hosting;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Exit_code_of_the_command_is_that_of_the_program() => Assert.Equal(3, await RunAsync(() => 3, "work"));

    [Fact]
    public async Task Users_error_is_a_message_without_a_stack_trace()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(() => throw new UserErrorException("targets.csv:3: no address"), "work"));
        Assert.Equal("targets.csv:3: no address\n", _error.ToString());
    }

    [Fact]
    public async Task Unforeseen_exception_is_told_as_a_bug_with_its_stack_trace()
    {
        Assert.Equal(ExitCode.Bug, await RunAsync(() => throw new InvalidOperationException("oops"), "work"));
        Assert.Matches("this is a bug.*oops(.|\n)*   at ", _error.ToString());
    }

    [Fact]
    public async Task Wrong_option_is_bad_usage_and_points_to_the_help_of_its_command()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(() => 0, "work", "--nope"));
        Assert.Contains("--nope", _error.ToString(), StringComparison.Ordinal);
        Assert.Matches("see '.* work --help'\n$", _error.ToString());
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Mistyped_command_is_answered_with_the_nearest_one()
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(() => 0, "wrok"));
        Assert.Contains("work", _error.ToString() + _output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--period", "5", "--period is '5'; write a number and a unit")]
    [InlineData("--kind", "tusday", "--kind is 'tusday'; it must be one of sunday, monday")]
    [InlineData("--kind", "2", "--kind is '2'; it must be one of")]
    [InlineData("--count", "0", "--count is '0'; it must be a whole number from 1 to 10")]
    [InlineData("--count", "99999999999", "it must be a whole number from 1 to 10")]
    public async Task Wrong_value_is_told_with_its_remedy(string option, string value, string message)
    {
        Assert.Equal(ExitCode.BadUsage, await RunAsync(() => 0, "work", option, value));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_ends_with_the_examples()
    {
        Assert.Equal(0, await RunAsync(() => 1, "work", "--help"));
        Assert.EndsWith("Examples:\n  program work --count 5\n\n", _output.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(Func<int> action, params string[] args)
    {
        var command = new Command("work", "Works.")
        {
            CommandOptions.Duration("--period", TimeSpan.FromSeconds(1), "How often"),
            CommandOptions.OneOf("--kind", DayOfWeek.Monday, "Which day"),
            CommandOptions.Number("--count", ["-c"], 5, 1, 10, "N", "How many"),
        };
        command.WithExamples("program work --count 5").SetAction(_ => action());
        return CommandRunner.RunAsync(new RootCommand("Test.") { command }, args, _output, _error);
    }
}
