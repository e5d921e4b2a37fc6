using System.CommandLine;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Cli;

/// <summary>The command line of <c>fping-agent check</c>; what it does is <see cref="CheckRun"/>.</summary>
internal static class CheckCommand
{
    private const int DefaultRate = 20_000;
    private const int MaxRate = 1_000_000;

    public static Command Create(Func<CheckOptions, CancellationToken, Task<int>>? run = null)
    {
        var rate = CommandOptions.Number(
            "--rate", [], DefaultRate, 1, MaxRate, "PINGS_PER_SECOND", "The rate that this host is to bear; it is tried on loopback for 3 s");
        var fping = new Option<string?>("--fping") { Description = "The fping to use [default: the one in PATH]", HelpName = "PATH" };
        var json = new Option<bool>("--json") { Description = "Write one JSON object instead of a table" };
        var command = new Command("check", "Tell what this host can do, what limits it and how to lift that. Exit code 1 if no engine works.")
        {
            rate, fping, json,
        };
        command.SetAction((parsed, cancellationToken) => (run ?? Run)(
            new CheckOptions(parsed.GetValue(rate), parsed.GetValue(fping), parsed.GetValue(json)), cancellationToken));
        return command.WithExamples(
            "fping-agent check",
            "fping-agent check --rate 50000 --fping /opt/fping/sbin/fping",
            "fping-agent check --json | jq '.findings[] | select(.verdict != \"ok\")'");
    }

    private static Task<int> Run(CheckOptions options, CancellationToken cancellationToken) => CheckRun.RunAsync(options, PingConsole.Real, cancellationToken);
}
