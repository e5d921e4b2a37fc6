using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Timing;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines;

/// <summary>
/// Keeps the proved engines running over the table. An engine that breaks gives back what it had begun and is started again, each time later, because its
/// cause (no process slots, no memory) usually passes. Ended by draining, or by the token within the 100 ms that engines have.
/// </summary>
internal sealed partial class EngineHost(
    IReadOnlyList<EngineOffer> engines, AssignmentTable table, IResultSink sink, LeaseReturns returns, TimeProvider time, ILogger<EngineHost> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Those that work here, best first (the order given).</summary>
    /// <exception cref="UserErrorException">None does.</exception>
    public static async Task<IReadOnlyList<EngineOffer>> ProveAsync(
        IReadOnlyList<EngineOffer> candidates, ILogger<EngineHost> logger, CancellationToken cancellationToken)
    {
        List<EngineOffer> proved = [];
        List<(EngineKind Kind, string Why)> failures = [];
        foreach (var candidate in candidates)
        {
            var proof = await candidate.ProveAsync(cancellationToken);
            if (proof.Works)
            {
                Log.Proved(logger, EngineCodec.ToWord(candidate.Kind), proof.Detail);
                proved.Add(candidate);
            }
            else
            {
                failures.Add((candidate.Kind, proof.Detail));
            }
        }

        if (proved.Count == 0)
        {
            var reasons = failures.Select(failure => $"engine {EngineCodec.ToWord(failure.Kind)} does not work: {failure.Why}");
            throw new UserErrorException($"no probe engine works on this host\n{string.Join('\n', reasons)}");
        }

        failures.ForEach(failure => Log.NotProved(logger, EngineCodec.ToWord(failure.Kind), failure.Why));
        return proved;
    }

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(engines.Select(engine => SuperviseAsync(engine, cancellationToken)));

    private async Task SuperviseAsync(EngineOffer offer, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstWait, LongestWait, Random.Shared);
        while (true)
        {
            var startedAt = time.GetTimestamp();
            var why = await RunOnceAsync(offer, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var begun = table.RemoveBegun(offer.Kind);
            returns.Add([.. begun.Select(lease => new ReturnedLease(lease, LeaseReturnReason.EngineFailed, why))]);
            if (table.IsDraining)
            {
                return;
            }

            if (time.GetElapsedTime(startedAt) > LongestWait)
            {
                backoff.Reset();
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    /// <summary>Says why the engine ended.</summary>
    private async Task<string> RunOnceAsync(EngineOffer offer, CancellationToken cancellationToken)
    {
        try
        {
            await offer.Create().RunAsync(table.SourceFor(offer.Kind), sink, cancellationToken);
            if (!table.IsDraining)
            {
                Log.EndedEarly(logger, EngineCodec.ToWord(offer.Kind));
            }

            return $"the {EngineCodec.ToWord(offer.Kind)} engine ended early";
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return "stopped";
        }
        catch (Exception exception)
        {
            Log.Broke(logger, exception, EngineCodec.ToWord(offer.Kind));
            return $"the {EngineCodec.ToWord(offer.Kind)} engine broke: {exception.Message}";
        }
    }
}
