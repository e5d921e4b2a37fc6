using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.CommandLine;

/// <summary>What a program does with input that it cannot take: say so on stderr, with place and remedy, and leave everything as it was.</summary>
internal static class Refusal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="expected">Parts of the message.</param>
    public static async Task Assert(WorkFolder folder, string program, IEnumerable<string> arguments, params IReadOnlyList<string> expected)
    {
        var before = folder.Names;
        await using var process = LabProcess.Start(program, arguments, workingDirectory: folder.Root);

        var exitCode = await process.WaitForExit(Patience);

        var message = string.Join('\n', process.Errors);
        Xunit.Assert.True(exitCode == 2, $"exit code {exitCode}: {message}");
        Xunit.Assert.All(expected, part => Xunit.Assert.Contains(part, message, StringComparison.Ordinal));
        Xunit.Assert.DoesNotContain(process.Errors, line => line.Contains("Exception", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal));
        Xunit.Assert.Empty(process.Output);
        Xunit.Assert.Equal(before, folder.Names);
    }
}
