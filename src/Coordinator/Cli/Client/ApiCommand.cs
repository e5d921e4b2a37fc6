using System.CommandLine;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>A command that asks a running coordinator for one thing and shows the answer, as JSON with --json.</summary>
internal static class ApiCommand
{
    public static Option<bool> Json() => new("--json") { Description = "Print the API's JSON" };

    /// <param name="path">Of the API, with its query.</param>
    public static Command Create<T>(string name, string description, Func<ParseResult, string> path, Action<T, Screen> show, params Symbol[] symbols) =>
        Create(HttpMethod.Get, name, description, path, show, symbols);

    /// <summary>For what changes something.</summary>
    public static Command CreatePost<T>(string name, string description, Func<ParseResult, string> path, Action<T, Screen> show, params Symbol[] symbols) =>
        Create(HttpMethod.Post, name, description, path, show, symbols);

    private static Command Create<T>(
        HttpMethod method, string name, string description, Func<ParseResult, string> path, Action<T, Screen> show, Symbol[] symbols)
    {
        var connection = new ApiConnection();
        var json = Json();
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        connection.AddTo(command);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(await client.AskTextAsync(method, path(parsed), cancellationToken));
            }
            else
            {
                show(await client.AskAsync<T>(method, path(parsed), body: null, cancellationToken), Screen.Of(output, error));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Add(Command command, Symbol symbol)
    {
        if (symbol is Option option)
        {
            command.Options.Add(option);
        }
        else
        {
            command.Arguments.Add((Argument)symbol);
        }
    }
}
