using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

// What moves the rounds on: leasing, taking over, closing.
internal sealed partial class Cluster
{
    /// <summary>A round that is to go on after a restart: from now on agents bring what they hold and have of it. It goes on with <see cref="BeginRound"/>.</summary>
    public void ExpectRound(ActiveRound round)
    {
        _rounds.Add(round.Briefing.Id, round);
        DivideRate();
    }

    public void BeginRound(ActiveRound round)
    {
        round.Begin(time.GetTimestamp());
        if (_rounds.TryAdd(round.Briefing.Id, round))
        {
            var map = round.Briefing.Map;
            Log.RoundBegun(logger, round.Briefing.Id, round.Briefing.Job, Quantity.Of(map.List.Count, "target"), Quantity.Of(map.Shards.Count, "shard"));
            if (Hindrance(round) is { } hindrance)
            {
                Log.NobodyMayProbe(logger, round.Briefing.Id, hindrance);
            }
        }

        DivideRate();
        if (MayLease(round))
        {
            round.Leases.Divide();
        }

        Lease();
    }

    // A resumed round waits for its agents, which may hold most of it: who came back first would be given all of that. They retry at random within seconds, so the wait
    // begins when the first is back.
    private bool MayLease(ActiveRound round) =>
        round is { BegunTimestamp: not null, IsClosing: false, IsSuspended: false } && (!round.IsResumed || time.GetElapsedTime(round.AwaitsAgentsSince) >= options.Grace);

    // A session begins: what the agent holds is compared with what it should hold, round by round.
    private void Reconcile(AgentConnection agent)
    {
        var held = agent.Introduction.HeldLeases.ToLookup(lease => lease.Round);
        foreach (var round in _rounds.Values.Where(round => !round.IsClosing))
        {
            var unfounded = round.Leases.Reconcile(agent.Introduction.Id, [.. held[round.Briefing.Id]]);
            if (unfounded.Count > 0)
            {
                agent.Link?.Revoke(round.Briefing.Id, [.. unfounded.Select(lease => lease.Shard)], cancel: true);
            }
        }

        foreach (var id in held.Select(leases => leases.Key).Where(id => !_rounds.TryGetValue(id, out var round) || round.IsClosing))
        {
            agent.Link?.Revoke(id, [], cancel: true);
        }
    }

    private void LoseSilent(long asOf)
    {
        var silent = _roster.SilentFor(options.Grace, asOf);
        foreach (var agent in silent)
        {
            Log.AgentLost(logger, agent.Introduction.Name, options.Grace.TotalSeconds);
            agent.Link?.Close("nothing heard for too long");
        }

        if (silent.Count > 0 || Limit is not null)
        {
            Lose(silent, mayBeSending: true);
        }

        foreach (var agent in silent)
        {
            AdmitNext(agent.Introduction.Id);
        }
    }

    // All of them before anything is leased: none of them is to be given what another had.
    private void Lose(IReadOnlyList<AgentConnection> agents, bool mayBeSending)
    {
        var held = new List<(AgentConnection Agent, List<(ActiveRound, ShardId)> Shards)>();
        foreach (var agent in agents)
        {
            if (mayBeSending)
            {
                _absent.Keep(agent.Introduction.Id, agent.Budget.Held);
            }

            _roster.Remove(agent);
            held.Add((agent, LeaveRounds(agent)));
        }

        DivideRate();
        Lease();
        held.ForEach(lost => TellMoved(lost.Agent, lost.Shards));
    }

    /// <returns>The shards that it held.</returns>
    private List<(ActiveRound Round, ShardId Shard)> LeaveRounds(AgentConnection agent) =>
        [.. _rounds.Values.SelectMany(round => round.Leases.Leave(agent.Introduction.Id).Select(shard => (round, shard)))];

    private void TellMoved(AgentConnection lost, List<(ActiveRound Round, ShardId Shard)> held)
    {
        if (held.Count > 0)
        {
            var leased = held.Count(shard => shard.Round.Leases.PhaseOf(shard.Shard) == ShardPhase.Leased);
            Log.LeasesMoved(logger, Quantity.Of(held.Count, "shard"), lost.Introduction.Name, leased, time.GetElapsedTime(lost.LastHeardTimestamp).TotalSeconds);
        }
    }

    // Rounds share an agent's window evenly, so that a large job does not keep a small one waiting.
    private void Lease()
    {
        var open = _rounds.Values.Where(round => MayLease(round) && !round.Leases.IsFinished).ToList();
        foreach (var agent in _roster.TakingShards)
        {
            var own = open.Where(round => round.Leases.Knows(agent.Introduction.Id)).ToList();
            foreach (var round in own)
            {
                var leases = round.Leases.Grant(agent.Introduction.Id, Window(agent, round.Briefing.Probe) / own.Count);
                if (leases.Count > 0)
                {
                    agent.Link!.Grant(round.Briefing, leases);
                }
            }
        }
    }

    private int Window(AgentConnection agent, Probe probe) =>
        (int)Math.Clamp(agent.Budget.Told * options.Window.TotalSeconds / probe.Count, 2.0 * probe.Bucket, int.MaxValue);

    private void AskBack(ActiveRound round)
    {
        foreach (var takeover in round.Leases.TakeOver())
        {
            var from = _roster.Find(takeover.From);
            from?.Link?.Revoke(round.Briefing.Id, takeover.Shards, cancel: false);
            Log.Takeover(logger, Quantity.Of(takeover.Shards.Count, "shard"), from?.Introduction.Name ?? "", _roster.Find(takeover.To)?.Introduction.Name ?? "");
        }
    }

    private bool IsOverdue(ActiveRound round)
    {
        if (round.Order.Deadline is { } deadline)
        {
            var overdue = time.GetElapsedTime(round.StartedTimestamp) >= deadline;
            if (overdue)
            {
                var why = Hindrance(round) ?? "add agents, or give the job more time (every)";
                Log.DeadlinePassed(logger, round.Briefing.Id, round.Briefing.Job, Quantity.Of(round.Leases.UnfinishedTargets, "target"), why);
            }

            return overdue;
        }

        var probe = round.Briefing.Probe;
        var sending = _roster.TakingShards.Select(agent => (double)Window(agent, probe) * probe.Count / agent.Budget.Told).DefaultIfEmpty().Max();
        var limit = options.StallLimit + TimeSpan.FromSeconds(sending) + 3 * ((probe.Count - 1) * probe.Period + probe.Timeout);
        var stalled = time.GetElapsedTime(round.LastProgressTimestamp) >= limit;
        if (stalled)
        {
            var why = Hindrance(round) ?? $"connected: {Quantity.Of(_roster.Agents.Count, "agent")}";
            Log.RoundStalled(logger, round.Briefing.Id, round.Briefing.Job, limit.TotalSeconds, Quantity.Of(round.Leases.UnfinishedTargets, "target"), why);
        }

        return stalled;
    }

    private void BeginClosing(ActiveRound round)
    {
        round.IsClosing = true;
        foreach (var agent in _roster.Agents.Where(agent => round.Leases.LeasedTargets(agent.Introduction.Id) > 0))
        {
            agent.Link?.Revoke(round.Briefing.Id, [], cancel: true);
        }
    }

    private void CloseFinished()
    {
        var begun = _rounds.Values.Where(round => round is { BegunTimestamp: not null, IsSuspended: false });
        foreach (var round in begun.Where(round => (round.IsClosing || round.Leases.IsFinished) && round.Merger.Uncommitted == 0).ToList())
        {
            Close(round);
        }
    }

    // A stop does not wait for ever for a store that takes nothing: the round goes on at the next start, with what was acknowledged.
    private void LeaveOpen()
    {
        foreach (var round in _rounds.Values.Where(round => round.CancelledTimestamp is { } cancelled
            && time.GetElapsedTime(Math.Max(cancelled, round.LastCommitTimestamp)) >= options.ClosePatience).ToList())
        {
            _rounds.Remove(round.Briefing.Id);
            round.Finished.SetException(new UserErrorException(
                $"round {round.Briefing.Id} of job '{round.Briefing.Job}' cannot be closed: the store has taken nothing for {options.ClosePatience.TotalSeconds:0} s; " +
                "the round stays open there and goes on at the next start with the same data directory"));
        }
    }

    private void Close(ActiveRound round)
    {
        round.IsClosing = true;
        var list = round.Briefing.Map.List;
        if (round.Summary is null)
        {
            round.Merger.Tally.CountUnknown(round.Leases.UnfinishedTargets + list.Unresolved.Count);
            round.Summary = round.Merger.Tally.Summarize(time.GetElapsedTime(round.StartedTimestamp));
        }

        try
        {
            store.CloseRound(round.Briefing.Id, time.GetUtcNow(), round.Summary);
        }
        catch (StoreException exception)
        {
            // Tried again at the next tick: the round is not over before the store says so.
            Log.CannotCloseRound(logger, round.Briefing.Id, exception.Message);
            return;
        }

        _rounds.Remove(round.Briefing.Id);
        DivideRate();
        if (round.Excluded.Count > 0)
        {
            var agents = string.Join(", ", round.Excluded.Select(excluded => $"agent {excluded.Key} {excluded.Value:N0}"));
            Log.ExcludedByAgents(logger, round.Briefing.Id, round.Briefing.Job, Quantity.Of(round.Excluded.Values.Sum(), "target"), agents);
        }

        Log.RoundClosed(logger, round.Briefing.Id, round.Briefing.Job, round.Summary.Up, round.Summary.Down, round.Summary.Unknown, round.Summary.Duration.TotalSeconds);
        round.Finished.SetResult(new RoundOutcome(round.Briefing.Id, round.Order.Job, round.Briefing.Map, round.Merger.Tally, round.Summary)
        {
            CutShort = round.IsCancelled ? round.Leases.UnfinishedTargets : 0,
        });
    }
}
