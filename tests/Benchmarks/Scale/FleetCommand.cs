using System.CommandLine;
using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Spooling;
using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Benchmarks.Scale;

/// <summary>Many whole agents in one process, which answer at once from a simulated network: hundreds of processes would measure the machine, not the coordinator.</summary>
internal static class FleetCommand
{
    public const string Name = "fleet";

    private const int Unlimited = 10_000_000;

    private static readonly SimulationSettings Instant = new() { Dead = 0, Unreachable = 0, Flapping = 0, Lossy = 0, TakesTime = false };

    public static Command Create()
    {
        var coordinator = new Argument<string>("URL");
        var agents = new Argument<int>("AGENTS");
        var folder = new Argument<string>("FOLDER");
        var command = new Command(Name, "Runs many simulated agents until they are told to leave") { coordinator, agents, folder };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var url = new Uri(parsed.GetRequiredValue(coordinator));
            var runs = Enumerable.Range(1, parsed.GetRequiredValue(agents)).Select(number =>
                RunAgentAsync(url, $"agent-{number}", Path.Combine(parsed.GetRequiredValue(folder), $"{number}"), cancellationToken));
            return (await Task.WhenAll(runs)).Max();
        });
        return command;
    }

    private static async Task<int> RunAgentAsync(Uri coordinator, string name, string folder, CancellationToken cancellationToken)
    {
        using var identity = AgentIdentity.Open(folder);
        var (rate, time) = (new RateLimit(Unlimited), TimeProvider.System);
        var engines = EngineCatalog.Offers(rate, new EngineSetup(Instant), time).Where(offer => offer.Kind == EngineKind.Simulated);
        var profile = new AgentProfile(identity, name, "0.1.0", new Dictionary<string, string>(), [EngineKind.Simulated]);
        using var spool = ResultSpool.Open(Path.Combine(folder, ResultSpool.FolderName), maxBytes: 0);
        using var runtime = new AgentRuntime(profile, [coordinator], [.. engines], rate, new GrpcSessionDialer(), spool, time, NullLoggerFactory.Instance);
        return await runtime.RunAsync(cancellationToken, CancellationToken.None);
    }
}
