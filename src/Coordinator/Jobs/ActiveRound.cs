using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A round that is running. Belongs to the cluster loop.</summary>
internal sealed class ActiveRound(RoundBriefing briefing, RoundOrder order, LeaseTable leases, DateTimeOffset startedAt, long startedTimestamp)
{
    /// <summary>Packs and stores the round's targets, which takes seconds for ten million of them: not for the cluster loop.</summary>
    /// <exception cref="StoreException">The store cannot take it; there is no round then.</exception>
    public static ActiveRound Open(IResultStore store, RoundOrder order, TimeProvider time)
    {
        var (startedAt, startedTimestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var map = order.Map;
        var record = new RoundRecord
        {
            Job = order.Job.Name,
            Probe = order.Job.Probe,
            StartedAt = startedAt,
            Deadline = startedAt + order.Deadline,
            Targets = map.List.Count + map.List.Unresolved.Count,
            Shards = map.Shards.Count,
        };
        var id = store.BeginRound(record, [.. map.Shards.Select(shard => Pack(map.List, shard))]);
        var briefing = new RoundBriefing(id, record.Job, record.Probe, map, record.Deadline);
        return new ActiveRound(briefing, order, new LeaseTable(id, map, store.Generation), startedAt, startedTimestamp);
    }

    /// <summary>Goes on with a round that a former coordinator began: the shards whose results are durable are done and counted, all others are open.</summary>
    public static ActiveRound Resume(
        RoundRecord record, RoundOrder order, int generation, IEnumerable<(StoredBatch Batch, ShardResult Result)> durable, TimeProvider time, int firstGeneration = 0)
    {
        // As old on the monotonic clock as on the wall's, so that its duration and its deadline count from its real start.
        var age = time.GetUtcNow() - record.StartedAt;
        var startedTimestamp = time.GetTimestamp() - (long)(Math.Max(0, age.TotalSeconds) * time.TimestampFrequency);
        var briefing = new RoundBriefing(record.Id, record.Job, record.Probe, order.Map, record.Deadline);
        var leases = new LeaseTable(record.Id, order.Map, generation, isResumed: true, firstGeneration);
        var round = new ActiveRound(briefing, order, leases, record.StartedAt, startedTimestamp) { IsResumed = true };
        foreach (var (batch, result) in durable)
        {
            round.Merger.Restore(batch.Shard, result, batch.Agent, RoundRows.EngineOf(record.Probe));
        }

        return round;
    }

    public RoundBriefing Briefing => briefing;

    public RoundOrder Order => order;

    public LeaseTable Leases => leases;

    public ResultMerger Merger { get; } = new(leases);

    public TaskCompletionSource<RoundOutcome> Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DateTimeOffset StartedAt { get; } = startedAt;

    public long StartedTimestamp { get; } = startedTimestamp;

    public bool IsResumed { get; private init; }

    /// <summary>Null while its job does not run it yet: agents are heard then, but nothing is leased and it does not end.</summary>
    public long? BegunTimestamp { get; private set; }

    /// <summary>Of a resumed round: when it began, or the last moment without any agent.</summary>
    public long AwaitsAgentsSince { get; set; }

    /// <summary>When the last batch was merged, at first when it began.</summary>
    public long LastProgressTimestamp { get; set; }

    /// <summary>No more leases: it waits for the store to keep what was merged.</summary>
    public bool IsClosing { get; set; }

    /// <summary>The coordinator leaves: no more leases, and it stays open for the next start. What still comes of it is merged and kept.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>When somebody wanted no more of it.</summary>
    public long? CancelledTimestamp { get; set; }

    public bool IsCancelled => CancelledTimestamp is not null;

    /// <summary>When the store last kept something of it.</summary>
    public long LastCommitTimestamp { get; set; }

    /// <summary>Made once, when the round closes; kept while the store cannot take it.</summary>
    public RoundSummary? Summary { get; set; }

    /// <summary>Targets that agents were forbidden to ping, by the agents' names.</summary>
    public SortedDictionary<string, int> Excluded { get; } = [];

    public void CountExcluded(string agent, ShardResult result)
    {
        if (result.Reasons.Count(reason => reason.Kind == ReasonKind.ExcludedByAgent) is > 0 and var targets)
        {
            Excluded[agent] = Excluded.GetValueOrDefault(agent) + targets;
        }
    }

    public void Begin(long timestamp) => (BegunTimestamp, LastProgressTimestamp, AwaitsAgentsSince) = (timestamp, timestamp, timestamp);

    public bool MayProbe(AgentIntroduction agent) => order.Job.MayBeProbedBy(agent);

    public RoundProgress Progress()
    {
        var tally = Merger.Tally;
        return new RoundProgress(
            briefing.Id, briefing.Job, StartedAt, briefing.Deadline, briefing.Map.List.Count,
            tally.Targets, tally.Up, tally.Down, tally.Unknown, tally.Sent, tally.Received);
    }

    private static StoredShard Pack(TargetList list, Shard shard)
    {
        var packed = shard.Pack(list);
        return new StoredShard(shard.Id, shard.Content, packed.IPv4.ToArray(), packed.IPv6.ToArray());
    }
}
