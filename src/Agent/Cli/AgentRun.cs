using System.Reflection;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Identity;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Spooling;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Cli;

/// <summary>Puts an agent together from its options and runs it as a process: identity, self-tests, signals, standard input.</summary>
internal static class AgentRun
{
    // For what a local agent of a run that was killed takes to leave: the next run starts another on its directory, maybe at once.
    private static readonly TimeSpan PredecessorPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PredecessorPoll = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(AgentOptions options, CancellationToken leaveInOrder)
    {
        var time = TimeProvider.System;
        using var loggers = LoggerFactory.Create(logging => logging.AddFpingClusterLogging());
        using var identity = await OpenIdentityAsync(options, time);
        var credentials = new AgentCredentials(
            options.Credentials, options.DataDirectory, () => identity.AgentId, options.Name, time, loggers.CreateLogger<AgentCredentials>());
        if (options.Coordinators.Any(coordinator => coordinator.Scheme == Uri.UriSchemeHttps))
        {
            credentials.RequireMeans();
        }

        using var spool = ResultSpool.Open(Path.Combine(options.DataDirectory, ResultSpool.FolderName), options.SpoolLimit);
        using var leaveAtOnce = new SecondSignal();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(leaveAtOnce.Token);
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(leaveInOrder, leave.Token);
        if (options.FollowStdin)
        {
            // Whoever started this agent is gone, and would have drained it before: nobody takes what it still has.
            _ = StandardInput.CancelAtEndAsync(Console.OpenStandardInput(), leave);
        }

        var rate = new RateLimit(options.MaxRate, time);
        var offers = EngineCatalog.Offers(rate, options.Setup, time, loggers).Where(offer => IsAllowed(offer.Kind, options.Engines));
        var engines = await EngineHost.ProveAsync([.. offers], loggers.CreateLogger<EngineHost>(), drain.Token);
        var profile = new AgentProfile(identity, options.Name, Version, options.Labels, [.. engines.Select(engine => engine.Kind)]);
        using var runtime = new AgentRuntime(profile, options.Coordinators, engines, rate, new GrpcSessionDialer(credentials), spool, time, loggers);
        var exitCode = await runtime.RunAsync(drain.Token, leave.Token);
        leaveAtOnce.Left();
        return exitCode;
    }

    private static async Task<AgentIdentity> OpenIdentityAsync(AgentOptions options, TimeProvider time)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                return AgentIdentity.Open(options.DataDirectory);
            }
            catch (UserErrorException) when (options.FollowStdin && time.GetElapsedTime(begun) < PredecessorPatience)
            {
                await Task.Delay(PredecessorPoll, time);
            }
        }
    }

    private static string Version => typeof(AgentRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static bool IsAllowed(EngineKind kind, IReadOnlyList<EngineKind> named) => named.Count == 0 ? kind != EngineKind.Simulated : named.Contains(kind);
}
