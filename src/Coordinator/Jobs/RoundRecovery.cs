using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Takes up the rounds that a former coordinator left unfinished: the newest round of a job goes on if it is still what the job wants; any other is closed with what is
/// durable of it. Works before the first agent is heard.
/// </summary>
internal sealed partial class RoundRecovery(
    IResultStore store, TargetCatalog catalog, ClusterLoop cluster, RoundOutput output, TimeProvider time, ILogger<RoundRecovery> logger)
{
    /// <param name="runners">With their target lists loaded.</param>
    public void Recover(IReadOnlyList<JobRunner> runners)
    {
        foreach (var round in store.ReadUnfinishedRounds())
        {
            try
            {
                Recover(round, runners.FirstOrDefault(runner => runner.Status.Job.Name == round.Job));
            }
            catch (UserErrorException exception)
            {
                // One damaged round does not keep the others, nor the service, from going on.
                Log.NotRecovered(logger, round.Id, round.Job, exception.Message);
            }
        }
    }

    private void Recover(RoundRecord round, JobRunner? runner)
    {
        var shards = store.ReadShards(round.Id);
        var isNewest = store.ReadRounds(round.Job, limit: 1)[0].Id == round.Id;
        if (runner is null || !isNewest)
        {
            Close(round, shards, runner is null ? "its job is not configured any more" : "a newer round of its job was begun");
            return;
        }

        var (job, targets) = (runner.Status.Job, catalog.Find(round.Job)!);
        var isSameList = IsOf(round, shards, targets.Map);
        var obstacle = round.Probe != job.Probe ? "the job's probe has changed"
            : !isSameList ? "the target list has changed"
            : round.Deadline <= time.GetUtcNow() ? "its deadline has passed"
            : null;
        if (obstacle is null)
        {
            var order = new RoundOrder(job, targets.Map, round.Deadline - round.StartedAt, targets.RateCap);
            runner.Resumed = ActiveRound.Resume(round, order, store.Generation, RoundRows.Durable(store, round, shards), time, store.FirstGeneration);
            Log.GoingOn(logger, round.Id, round.Job, round.Shards - runner.Resumed.Leases.Open, Quantity.Of(round.Shards, "shard"));
            cluster.ExpectRound(runner.Resumed);
            return;
        }

        var (tally, summary) = Close(round, shards, obstacle);
        // Standard output is for the rounds of this run.
        if (isSameList && job.Output is { IsStdout: false })
        {
            output.Write(new RoundOutcome(round.Id, job, targets.Map, tally, summary));
        }
    }

    private (RoundTally Tally, RoundSummary Summary) Close(RoundRecord round, IReadOnlyList<StoredShard> shards, string why)
    {
        var tally = new RoundTally();
        foreach (var (batch, result) in RoundRows.Durable(store, round, shards))
        {
            tally.Add(result, batch.Agent, RoundRows.EngineOf(round.Probe));
        }

        tally.CountUnknown(round.Targets - tally.Targets);
        // A coordinator that lived would have closed it at its deadline.
        var now = time.GetUtcNow();
        var closedAt = round.Deadline < now ? round.Deadline.Value : now;
        var summary = tally.Summarize(closedAt > round.StartedAt ? closedAt - round.StartedAt : TimeSpan.Zero);
        store.CloseRound(round.Id, closedAt, summary);
        Log.Closed(logger, round.Id, round.Job, why, summary.Up, summary.Down, summary.Unknown);
        return (tally, summary);
    }

    private static bool IsOf(RoundRecord round, IReadOnlyList<StoredShard> shards, ShardMap map) =>
        round.Targets == map.List.Count + map.List.Unresolved.Count
        && shards.Select(shard => (shard.Shard, shard.Content)).SequenceEqual(map.Shards.Select(shard => (shard.Id, shard.Content)));
}
