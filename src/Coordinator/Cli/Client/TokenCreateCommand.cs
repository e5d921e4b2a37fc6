using System.CommandLine;
using System.Text;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator token create`: the token itself goes to stdout or a file, and is shown nowhere else.</summary>
internal static class TokenCreateCommand
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Create()
    {
        var role = CommandOptions.OneOf("--role", TokenRole.Join, "What it is for: join lets agents enrol, viewer reads the API, operator changes things through it");
        var ttl = new Option<TimeSpan?>("--ttl")
        {
            Description = "How long it is valid [default: 1h for join, else 90d]",
            HelpName = "DURATION",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!Durations.TryParse(text, out var duration) || duration < TimeSpan.FromSeconds(1))
                {
                    result.AddError($"--ttl is '{text}'; write a number and a unit (s, m, h, d) of 1s or longer, for example 1h");
                }

                return duration;
            },
        };
        var uses = new Option<int?>("--uses")
        {
            Description = "How many agents may join with it [default: 1]",
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!int.TryParse(text, out var number) || number is < 1 or > TokenOrder.MaxUses)
                {
                    result.AddError($"--uses is '{text}'; it must be a whole number from 1 to {TokenOrder.MaxUses}");
                }

                return number;
            },
        };
        var name = new Option<string>("--name") { Description = "Who or what it is for, as 'token list' shows it [default: the role]", HelpName = "NAME" };
        var file = new Option<string>("--output", "-o") { Description = "Write the token here, for this user alone; without it, it goes to stdout", HelpName = "FILE" };
        var connection = new ApiConnection();
        var json = ApiCommand.Json();
        var command = new Command("create", "Make a token") { role, ttl, uses, name, file, json };
        connection.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(file) is null)
            {
                result.AddError("--json shows no secret; say with -o FILE where the token itself is to go");
            }

            if (result.GetResult(uses) is not null && result.GetResult(role)?.Tokens is [{ Value: ApiRoles.Viewer or ApiRoles.Operator }])
            {
                result.AddError("--uses is for join tokens; any other may be used as often as you like");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Opened before the coordinator is asked, so that a wrong path costs nothing.
            using var output = parsed.GetValue(file) is { } path ? AtomicFile.Replace(path, Private) : null;
            using var client = connection.Open(parsed);
            var order = new TokenOrder(parsed.GetValue(role)?.ToString().ToLowerInvariant(), parsed.GetValue(name), parsed.GetValue(ttl)?.TotalSeconds, parsed.GetValue(uses));
            var made = await client.PostAsync<NewTokenView>(TokenCommand.Path, order, cancellationToken);
            var screen = Screen.Of(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (output is null)
            {
                screen.Output.WriteLine(made.Text);
            }
            else
            {
                output.Write(stream => stream.Write(Encoding.ASCII.GetBytes(made.Text + "\n")));
            }

            if (parsed.GetValue(json))
            {
                screen.Output.WriteLine(ApiJson.Write(made.Token));
            }

            Explain(made.Token, parsed.GetValue(file), screen);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "fping-coordinator token create --ttl 1h --uses 10 -o join.token      # then: fping-agent run --coordinator URL --token-file join.token",
            "fping-coordinator token create --role viewer --name grafana -o viewer.token --json",
            "fping-coordinator token create --role operator --name alice --ttl 30d > alice.token");
    }

    private static void Explain(TokenView token, string? file, Screen screen)
    {
        var uses = token.UsesLeft is { } left ? $", for {Quantity.Of(left, "agent")}" : "";
        screen.Remarks.WriteLine($"{token.Role} token {token.Id}, valid for {Wording.End(token.ExpiresAt, screen.Now)}{uses}{(file is null ? "" : $": {file}")}");
        screen.Remarks.WriteLine(token.Role == ApiRoles.Of(TokenRole.Join)
            ? "give it to agents as a file: fping-agent run --coordinator URL --token-file FILE"
            : $"use it as a file: --token-file FILE, or {ApiConnection.TokenVariable}");
    }
}
