using System.CommandLine;
using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Hosting;

/// <summary>Examples at the end of a command's help; <see cref="CommandRunner"/> shows them.</summary>
public static class CommandHelp
{
    // Beside the commands, because the library's Command has no place for them.
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <param name="examples">Whole lines as they would be typed.</param>
    public static TCommand WithExamples<TCommand>(this TCommand command, params string[] examples)
        where TCommand : Command
    {
        Examples.AddOrUpdate(command, examples);
        return command;
    }

    internal static IReadOnlyList<string> ExamplesOf(Command command) => Examples.TryGetValue(command, out var examples) ? examples : [];
}
