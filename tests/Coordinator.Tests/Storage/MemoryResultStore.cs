using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>A store that forgets everything with its object; passes the same contract as the real one and can be made to fail and to wait.</summary>
internal sealed class MemoryResultStore : IResultStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, (RoundRecord Record, StoredShard[] Shards, SortedDictionary<ulong, StoredBatch> Batches)> _rounds = [];
    private readonly List<int> _appends = [];
    private long _lastRound;

    public int FirstGeneration => 1;

    public int Generation { get; set; } = 1;

    public string? Damage { get; set; }

    /// <summary>While set, whatever writes fails with this message.</summary>
    public volatile string? Trouble;

    /// <summary>When set, called at the begin of each Append with its batches, before anything is kept; may block.</summary>
    public Action<IReadOnlyList<StoredBatch>>? Appending { get; set; }

    /// <summary>When set, called at the begin of each ReadBatches.</summary>
    public Action? Reading { get; set; }

    /// <summary>How many batches each successful Append was given.</summary>
    public IReadOnlyList<int> Appends
    {
        get
        {
            lock (_gate)
            {
                return [.. _appends];
            }
        }
    }

    public RoundId BeginRound(RoundRecord round, IReadOnlyList<StoredShard> shards)
    {
        lock (_gate)
        {
            FailIfTroubled();
            var id = new RoundId(++_lastRound);
            _rounds.Add(id.Value, (round with { Id = id, ClosedAt = null, Summary = null }, [.. shards.OrderBy(shard => shard.Shard.Value)], []));
            return id;
        }
    }

    public void Append(IReadOnlyList<StoredBatch> batches)
    {
        Appending?.Invoke(batches);
        lock (_gate)
        {
            FailIfTroubled();
            _appends.Add(batches.Count);
            foreach (var batch in batches)
            {
                if (_rounds.TryGetValue(batch.Round.Value, out var round))
                {
                    round.Batches.TryAdd(batch.Shard.Value, batch with { Columns = batch.Columns.ToArray() });
                }
            }
        }
    }

    public void CloseRound(RoundId round, DateTimeOffset closedAt, RoundSummary summary)
    {
        lock (_gate)
        {
            FailIfTroubled();
            if (!_rounds.TryGetValue(round.Value, out var kept))
            {
                throw new StoreException($"round {round} is not in the store");
            }

            if (kept.Record.ClosedAt is null)
            {
                _rounds[round.Value] = kept with { Record = kept.Record with { ClosedAt = closedAt, Summary = summary } };
            }
        }
    }

    public RoundRecord? FindRound(RoundId round)
    {
        lock (_gate)
        {
            return _rounds.TryGetValue(round.Value, out var kept) ? kept.Record : null;
        }
    }

    public IReadOnlyList<RoundRecord> ReadRounds(string? job, int limit)
    {
        lock (_gate)
        {
            return [.. _rounds.Values.Select(kept => kept.Record).Where(record => job is null || record.Job == job).Reverse().Take(limit)];
        }
    }

    public IReadOnlyList<RoundRecord> ReadUnfinishedRounds() => [.. ReadRounds(null, int.MaxValue).Where(round => round.ClosedAt is null)];

    public IReadOnlyList<StoredShard> ReadShards(RoundId round)
    {
        lock (_gate)
        {
            return _rounds.TryGetValue(round.Value, out var kept) ? kept.Shards : [];
        }
    }

    public IEnumerable<StoredBatch> ReadBatches(RoundId round)
    {
        Reading?.Invoke();
        StoredBatch[] batches;
        lock (_gate)
        {
            batches = _rounds.TryGetValue(round.Value, out var kept) ? [.. kept.Batches.Values] : [];
        }

        foreach (var batch in batches)
        {
            yield return batch;
        }

        if (FindRound(round) is null)
        {
            throw new StoreException($"round {round} is not in the store");
        }
    }

    public int DeleteRoundsBefore(DateTimeOffset time)
    {
        lock (_gate)
        {
            var ended = _rounds.Where(kept => kept.Value.Record is { ClosedAt: not null } record && record.StartedAt < time).Select(kept => kept.Key).ToArray();
            return ended.Count(_rounds.Remove);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void FailIfTroubled()
    {
        if (Trouble is { } trouble)
        {
            throw new StoreException(trouble);
        }
    }
}
