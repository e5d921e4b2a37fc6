using System.CommandLine;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>A command that asks a running coordinator for one thing and shows the answer, as JSON with --json.</summary>
internal static class ApiCommand
{
    public static Option<string> Url() => new("--url")
    {
        Description = $"The coordinator's API [default: {ApiUrl.Variable} of the environment, else {ApiUrl.Default}]",
        HelpName = "URL",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print the API's JSON" };

    public static ApiClient Connect(ParseResult parsed, Option<string> url) =>
        new(ApiUrl.Choose(parsed.GetValue(url), Environment.GetEnvironmentVariable(ApiUrl.Variable)));

    /// <param name="path">Of the API, with its query.</param>
    public static Command Create<T>(string name, string description, Func<ParseResult, string> path, Action<T, Screen> show, params Symbol[] symbols)
    {
        var url = Url();
        var json = Json();
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        command.Options.Add(url);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Connect(parsed, url);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(await client.ReadTextAsync(path(parsed), cancellationToken));
            }
            else
            {
                show(await client.ReadAsync<T>(path(parsed), cancellationToken), Screen.Of(output, error));
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
