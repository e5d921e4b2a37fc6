using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Cli;

/// <summary>One round without a coordinator, from the targets to the written rows. Cancelled, it ends with what is known so far and the rest unknown.</summary>
internal static class PingRun
{
    public static async Task<int> RunAsync(PingOptions options, PingConsole console, CancellationToken cancellationToken)
    {
        var list = await PingTargets.ReadAsync(options, console.Error, cancellationToken);
        using var loggers = LoggerFactory.Create(logging => logging.AddFpingClusterLogging(options.Verbose ? LogLevel.Information : LogLevel.Warning));
        var engine = await SelectEngineAsync(options, console.Time, loggers, cancellationToken);
        using var output = new PingOutput(options, console);
        var shards = new LocalShardSource(list, options.Probe);
        var round = new PingRound(list, shards, EngineSelector.Word(engine.Kind), console.Time);
        var rehearsal = Rehearsal.RunAsync(options.Format, console.Time);

        var began = console.Time.GetTimestamp();
        await ProbeAsync(engine, shards, round, console, cancellationToken);
        var summary = round.Close(console.Time.GetElapsedTime(began));

        await rehearsal;
        output.Write(round, summary, console.Time.GetUtcNow(), cancellationToken.IsCancellationRequested);
        Tell(list, round, summary, console.Error);
        output.Tell();
        return summary.Unknown == 0 ? ExitCode.Done : ExitCode.Incomplete;
    }

    private static async Task<IProbeEngine> SelectEngineAsync(PingOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var offers = EngineCatalog.Offers(new RateLimit(options.Rate), options.Engines, time, loggers);
        var choice = await EngineSelector.SelectAsync(options.Probe.WantedEngine, offers, cancellationToken);
        return choice.Offer?.Create() ?? throw new UserErrorException(choice.Detail);
    }

    private static async Task ProbeAsync(
        IProbeEngine engine, LocalShardSource shards, PingRound round, PingConsole console, CancellationToken cancellationToken)
    {
        await using var progress = ProgressDisplay.Start(round.Progress, console.Error, console.Redraws, console.Time);
        try
        {
            await engine.RunAsync(shards, round, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupted by the user, who wants to see what is known so far.
        }
    }

    private static void Tell(TargetList list, PingRound round, RoundSummary summary, TextWriter error)
    {
        foreach (var unresolved in list.Unresolved)
        {
            error.WriteLine($"{list.Source}:{unresolved.Line}: {unresolved.HostName}: {unresolved.Error}");
        }

        foreach (var failure in round.Failures)
        {
            error.WriteLine(failure);
        }

        error.WriteLine(SummaryText.Of(summary));
    }
}
