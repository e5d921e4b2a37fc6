using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <summary>
/// The leases this agent holds, from grant to report, and the queues from which its engines take them. Called by the session and by all engines; one lock.
/// A lease leaves the table by exactly one door: reported, returned, cancelled, superseded by a higher epoch, or past its round's deadline before it was begun
/// (the coordinator counts those as unknown by itself). What it gives out after that is thrown away by <see cref="TryReport"/>.
/// </summary>
/// <param name="engines">Engines this agent proved, best first.</param>
internal sealed class AssignmentTable(IReadOnlyList<EngineKind> engines, IntakeGate gate, TimeProvider time)
{
    // No coordinator has so many jobs; one that errs may name rounds without end.
    private const int MostRounds = 1_000;

    private readonly Lock _gate = new();
    private readonly ChangeSignal _changed = new();
    private readonly Dictionary<(RoundId, ShardId), HeldShard> _held = [];
    private readonly Dictionary<RoundId, AssignedRound> _rounds = [];
    private readonly Dictionary<EngineKind, ShardQueue> _queues = engines.ToDictionary(kind => kind, _ => new ShardQueue());
    private volatile bool _draining;

    public Task NextChange => _changed.Next;

    public bool IsDraining => _draining;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                DropExpired_NeedsLock();
                return _held.Count == 0;
            }
        }
    }

    public IShardSource SourceFor(EngineKind kind) => new ShardSource(this, gate, kind);

    public int ReadyTargets(EngineKind kind)
    {
        lock (_gate)
        {
            return _queues[kind].ReadyTargets;
        }
    }

    public (int Queued, int Begun) Count()
    {
        lock (_gate)
        {
            DropExpired_NeedsLock();
            var queued = _queues.Values.Sum(queue => queue.Count);
            return (queued, _held.Count - queued);
        }
    }

    /// <summary>Every lease without a result in the outbox, for Hello.</summary>
    public IReadOnlyList<LeaseKey> Held()
    {
        lock (_gate)
        {
            DropExpired_NeedsLock();
            return [.. _held.Values.Select(shard => shard.Lease)];
        }
    }

    /// <summary>A round named again takes the new deadline. Rounds of a job never overlap, so its earlier rounds without leases are forgotten.</summary>
    public void StartRound(AssignedRound round)
    {
        lock (_gate)
        {
            var inUse = _held.Values.Select(shard => shard.Lease.Round).ToHashSet();
            foreach (var earlier in _rounds.Values
                .Where(other => (other.Job == round.Job || _rounds.Count >= MostRounds) && !inUse.Contains(other.Id)).ToList())
            {
                _rounds.Remove(earlier.Id);
            }

            _rounds[round.Id] = round;
        }
    }

    /// <summary>Queues the shards; returns those that this agent cannot take. A lease it holds already, or an older one of its shard, is left as it is.</summary>
    public IReadOnlyList<ReturnedLease> Grant(RoundId round, IReadOnlyList<GrantedShard> shards)
    {
        List<ReturnedLease> refused = [];
        lock (_gate)
        {
            DropExpired_NeedsLock();
            _rounds.TryGetValue(round, out var assigned);
            foreach (var shard in shards)
            {
                if (Grant_NeedsLock(round, assigned, shard) is { } returned)
                {
                    refused.Add(returned);
                }
            }
        }

        _changed.Raise();
        return refused;
    }

    /// <summary>Takes back leases not begun; with <paramref name="cancel"/> those begun too. No shards named: all of the round.</summary>
    public RevokeOutcome Revoke(RoundId round, IReadOnlyCollection<ShardId> shards, bool cancel)
    {
        List<LeaseKey> returned = [], cancelled = [];
        lock (_gate)
        {
            var named = shards.Count == 0
                ? [.. _held.Values.Where(shard => shard.Lease.Round == round)]
                : shards.Select(shard => _held.GetValueOrDefault((round, shard))).OfType<HeldShard>().ToList();
            foreach (var shard in named.Where(shard => cancel || shard.State == LeaseState.Queued))
            {
                (shard.State == LeaseState.Queued ? returned : cancelled).Add(shard.Lease);
                Remove_NeedsLock(shard);
            }
        }

        return new RevokeOutcome(returned, cancelled);
    }

    /// <summary>The oldest shards of one probe queued for this engine, which are begun from now on; empty when there is none.</summary>
    public IReadOnlyList<ShardAssignment> Take(EngineKind kind, int maxTargets)
    {
        lock (_gate)
        {
            DropExpired_NeedsLock();
            if (_draining)
            {
                return [];
            }

            var taken = _queues[kind].Take(maxTargets);
            taken.ForEach(shard => shard.State = LeaseState.Begun);
            return [.. taken.Select(shard => shard.Assignment)];
        }
    }

    /// <summary>
    /// True once for a lease that is begun and still this agent's: its result counts. The lease stays held until <see cref="Remove"/>, which follows when the
    /// result is in the outbox, so at every instant a Hello names it or the outbox has its result.
    /// </summary>
    public bool TryReport(LeaseKey lease, out ShardContentHash content)
    {
        lock (_gate)
        {
            var shard = Find_NeedsLock(lease);
            content = shard?.Content ?? default;
            if (shard?.State != LeaseState.Begun)
            {
                return false;
            }

            shard.State = LeaseState.Reported;
            return true;
        }
    }

    /// <summary>False when the lease is not held (any more).</summary>
    public bool Remove(LeaseKey lease)
    {
        lock (_gate)
        {
            var shard = Find_NeedsLock(lease);
            if (shard is not null)
            {
                Remove_NeedsLock(shard);
            }

            return shard is not null;
        }
    }

    /// <summary>Takes from an engine that broke everything it had begun.</summary>
    public IReadOnlyList<LeaseKey> RemoveBegun(EngineKind kind)
    {
        lock (_gate)
        {
            var begun = _held.Values.Where(shard => shard.Engine == kind && shard.State == LeaseState.Begun).ToList();
            begun.ForEach(Remove_NeedsLock);
            return [.. begun.Select(shard => shard.Lease)];
        }
    }

    /// <summary>Nothing is begun from now on: sources end, grants are refused, and what was queued is returned.</summary>
    public IReadOnlyList<LeaseKey> Drain()
    {
        List<HeldShard> queued;
        lock (_gate)
        {
            _draining = true;
            queued = [.. _held.Values.Where(shard => shard.State == LeaseState.Queued)];
            queued.ForEach(Remove_NeedsLock);
        }

        _changed.Raise();
        return [.. queued.Select(shard => shard.Lease)];
    }

    /// <summary>How long the shards begun may still take at this rate, by the longest of their probes.</summary>
    public TimeSpan ProbingLeft(int pingsPerSecond)
    {
        lock (_gate)
        {
            var begun = _held.Values.Where(shard => shard.State == LeaseState.Begun).Select(shard => shard.Assignment).ToList();
            var pings = begun.Sum(shard => (double)shard.Targets.Length * shard.Probe.Count);
            var longest = begun.Select(shard => shard.Probe.Count * shard.Probe.Period + shard.Probe.Timeout).DefaultIfEmpty().Max();
            return TimeSpan.FromSeconds(pings / pingsPerSecond) + longest;
        }
    }

    private ReturnedLease? Grant_NeedsLock(RoundId round, AssignedRound? assigned, GrantedShard granted)
    {
        var lease = new LeaseKey(round, granted.Shard, granted.Epoch);
        var held = _held.GetValueOrDefault((round, granted.Shard));
        if (held is not null && held.Lease.Epoch.Value >= granted.Epoch.Value)
        {
            return null;
        }

        if (held is not null)
        {
            Remove_NeedsLock(held);
        }

        return _draining ? new ReturnedLease(lease, LeaseReturnReason.Draining)
            : assigned is null ? new ReturnedLease(lease, LeaseReturnReason.Revoked, $"round {round} is over or was never named")
            : assigned.Probe is null ? new ReturnedLease(lease, LeaseReturnReason.EngineFailed, assigned.Defect!)
            : granted.Targets is null ? new ReturnedLease(lease, LeaseReturnReason.ContentMissing, $"no content {granted.Content}")
            : Queue_NeedsLock(new ShardAssignment(lease, granted.Targets, assigned.Probe), granted.Content);
    }

    private ReturnedLease? Queue_NeedsLock(ShardAssignment assignment, ShardContentHash content)
    {
        var wanted = assignment.Probe.WantedEngine;
        var kind = wanted == EngineKind.Auto && engines.Count > 0 ? engines[0] : wanted;
        if (!_queues.TryGetValue(kind, out var queue))
        {
            return new ReturnedLease(assignment.Lease, LeaseReturnReason.EngineFailed, $"this agent has no engine '{wanted.ToString().ToLowerInvariant()}'");
        }

        var shard = new HeldShard(assignment, content, kind);
        _held[(assignment.Lease.Round, assignment.Lease.Shard)] = shard;
        queue.Enqueue(shard);
        return null;
    }

    private HeldShard? Find_NeedsLock(LeaseKey lease) =>
        _held.TryGetValue((lease.Round, lease.Shard), out var shard) && shard.Lease.Epoch == lease.Epoch ? shard : null;

    private void Remove_NeedsLock(HeldShard shard)
    {
        _held.Remove((shard.Lease.Round, shard.Lease.Shard));
        if (shard.Place is not null)
        {
            _queues[shard.Engine].Remove(shard);
        }
    }

    private void DropExpired_NeedsLock()
    {
        var now = time.GetTimestamp();
        foreach (var round in _rounds.Values.Where(round => round.Deadline <= now).ToList())
        {
            _rounds.Remove(round.Id);
            _held.Values.Where(shard => shard.State == LeaseState.Queued && shard.Lease.Round == round.Id).ToList().ForEach(Remove_NeedsLock);
        }
    }
}
