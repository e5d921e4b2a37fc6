using System.CommandLine;
using System.CommandLine.Parsing;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Cli;

/// <summary>The command line of <c>fping-agent run</c>; what it does is <see cref="AgentRun"/>.</summary>
internal static class RunCommand
{
    private const int DefaultMaxRate = 20_000;
    private const int MostMaxRate = 10_000_000;
    private const int LongestName = 100;
    private const long DefaultSpoolLimit = 1L << 30;

    // Four segments at least; at most what 256 of them and their index in memory can hold.
    private const long LeastSpoolLimit = 16L << 20;
    private const long MostSpoolLimit = 64L << 30;

    public static Command Create(Func<AgentOptions, CancellationToken, Task<int>>? run = null)
    {
        var insecure = new Option<bool>("--insecure") { Description = "Accept plain http to other hosts" };
        var coordinators = Coordinators(insecure);
        var name = Name();
        var labels = Labels();
        var dataDirectory = new Option<string?>("--data-dir")
        {
            Description = $"Where the agent keeps its identity and its spool [default: {DefaultDataDirectory}]",
            HelpName = "DIR",
        };
        var maxRate = CommandOptions.Number("--max-rate", [], DefaultMaxRate, 1, MostMaxRate, "N", "The most pings per second; no coordinator can lift it");
        var spoolLimit = CommandOptions.Size(
            "--spool-limit", DefaultSpoolLimit, LeastSpoolLimit, MostSpoolLimit,
            "The most that unacknowledged results may take on the disk while there is no coordinator; then the oldest are dropped. 0 keeps them in memory only");
        var engines = Engines();
        var fping = new Option<string?>("--fping") { Description = "The fping to use [default: the one in PATH]", HelpName = "PATH" };
        var lanes = EngineOptions.Lanes();
        var simulate = EngineOptions.Simulate();
        var credentials = new CredentialsOptions();
        var followStdin = new Option<bool>("--follow-stdin") { Description = "Leave at once when standard input ends", Hidden = true };

        var command = new Command("run", "Probe for a coordinator until told to leave.")
        {
            coordinators, name, labels, dataDirectory, spoolLimit, maxRate, engines, fping, lanes, simulate,
            credentials.TokenFile, credentials.Certificate, credentials.Key, credentials.CaFile, insecure, followStdin,
        };
        credentials.Check(command, coordinators);
        simulate.OnlyWithSimulated(engines);
        command.SetAction((parsed, cancellationToken) => (run ?? AgentRun.RunAsync)(
            new AgentOptions
            {
                Coordinators = parsed.GetRequiredValue(coordinators),
                Name = parsed.GetRequiredValue(name),
                Labels = parsed.GetValue(labels) ?? new Dictionary<string, string>(),
                DataDirectory = parsed.GetValue(dataDirectory) ?? DefaultDataDirectory,
                SpoolLimit = parsed.GetValue(spoolLimit) ?? DefaultSpoolLimit,
                MaxRate = parsed.GetValue(maxRate),
                Engines = parsed.GetValue(engines) ?? [],
                Setup = new EngineSetup(parsed.GetValue(simulate) ?? new SimulationSettings(), parsed.GetValue(fping), parsed.GetValue(lanes)),
                Credentials = credentials.Read(parsed),
                FollowStdin = parsed.GetValue(followStdin),
            },
            cancellationToken));
        return command.WithExamples(
            "fping-agent run --coordinator http://127.0.0.1:7443",
            "fping-agent run --coordinator https://ping1.example:7443,https://ping2.example:7443 --token-file join.token --name berlin-1 --label site=berlin",
            "fping-agent run --coordinator http://127.0.0.1:7443 --data-dir /tmp/agent2 --engine simulated --simulate dead=1,rtt=5");
    }

    private static string DefaultDataDirectory => DataDirectories.Default(Environment.IsPrivilegedProcess, Environment.GetEnvironmentVariable);

    private static Option<IReadOnlyList<Uri>> Coordinators(Option<bool> insecure) => new("--coordinator")
    {
        Description = "Where the coordinator listens; of several, the next is tried when one cannot be reached",
        HelpName = "URL[,URL…]",
        Required = true,
        CustomParser = result =>
        {
            string?[] errors = [CoordinatorUrls.TryParse(Texts(result), out var urls), result.GetValue(insecure) ? null : CoordinatorUrls.FindInsecure(urls)];
            return Tell(result, errors.Any(error => error is not null) ? string.Join('\n', errors.OfType<string>()) : null, urls);
        },
    };

    private static Option<string> Name() => new("--name")
    {
        Description = "How people know this agent",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.MachineName,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var wrong = text.Length is 0 or > LongestName || text.Any(char.IsControl);
            return Tell(result, wrong ? $"--name is '{text}'; it must be 1 to {LongestName} printable characters" : null, text);
        },
    };

    private static Option<IReadOnlyDictionary<string, string>> Labels() => new("--label")
    {
        Description = "What a job's 'where' selects agents by; may be repeated",
        HelpName = "KEY=VALUE",
        CustomParser = result => Tell(result, AgentLabels.TryParse(Texts(result), out var labels), labels),
    };

    private static Option<IReadOnlyList<EngineKind>> Engines() => new("--engine")
    {
        Description = "Use this engine only; may be repeated. The simulated one is used only when named [default: all others that work here]",
        HelpName = "raw|fping|simulated",
        CustomParser = result =>
        {
            List<EngineKind> kinds = [];
            foreach (var text in Texts(result))
            {
                if (text is "raw" or "fping" or "simulated")
                {
                    kinds.Add(Enum.Parse<EngineKind>(text, ignoreCase: true));
                }
                else
                {
                    result.AddError($"--engine is '{text}'; it must be one of raw, fping, simulated");
                }
            }

            return kinds;
        },
    };

    private static IEnumerable<string> Texts(ArgumentResult result) => result.Tokens.Select(token => token.Value);

    private static T Tell<T>(ArgumentResult result, string? error, T value)
    {
        if (error is not null)
        {
            result.AddError(error);
        }

        return value;
    }
}
