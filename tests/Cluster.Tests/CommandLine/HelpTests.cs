using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.CommandLine;

public sealed class HelpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Every_command_of_the_agent_has_examples() => AssertExamples(Repository.AgentProgram, "ping", "run", "check");

    [Fact]
    public Task Every_command_of_the_coordinator_has_examples() =>
        AssertExamples(Repository.CoordinatorProgram, "run", "serve", "check", "status", "agents", "jobs", "rounds", "results");

    private static async Task AssertExamples(string program, params string[] atLeast)
    {
        var commands = Commands(await Help(program));
        Assert.Superset(atLeast.ToHashSet(), commands.ToHashSet());
        foreach (var command in commands)
        {
            var help = await Help(program, command);
            var examples = help.SkipWhile(line => line != "Examples:").Skip(1).ToList();
            Assert.Contains(examples, line => line.StartsWith($"  {Path.GetFileName(program)} {command}", StringComparison.Ordinal));
        }
    }

    // The section "Commands:", each line "  name <ARGUMENT>  what it does".
    private static List<string> Commands(IReadOnlyList<string> help) =>
        [.. help.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];

    private static async Task<IReadOnlyList<string>> Help(string program, params string[] command)
    {
        await using var process = LabProcess.Start(program, [.. command, "--help"]);
        Assert.Equal(0, await process.WaitForExit(Patience));
        return process.Output;
    }
}
