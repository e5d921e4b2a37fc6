using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs;

// What moves the rounds on: leasing, taking over, dividing the rate, closing.
internal sealed partial class Cluster
{
    private static StoredShard Pack(ShardMap map, Shard shard)
    {
        var packed = shard.Pack(map.List);
        return new StoredShard(shard.Id, shard.Content, packed.IPv4.ToArray(), packed.IPv6.ToArray());
    }

    // A session begins: what the agent holds is compared with what it should hold, round by round.
    private void Enter(ActiveRound round, AgentConnection agent)
    {
        var id = agent.Introduction.Id;
        if (!round.IsClosing && round.MayProbe(agent.Introduction) && !round.Leases.Knows(id))
        {
            round.Leases.Join([Weigh(agent)]);
        }

        var held = agent.Introduction.HeldLeases.Where(lease => lease.Round == round.Briefing.Id).ToList();
        var unfounded = round.Leases.Reconcile(id, held);
        if (unfounded.Count > 0)
        {
            agent.Link?.Revoke(round.Briefing.Id, [.. unfounded.Select(lease => lease.Shard)], cancel: true);
        }
    }

    private void RevokeClosedRounds(AgentConnection agent)
    {
        foreach (var round in agent.Introduction.HeldLeases.Select(lease => lease.Round).Distinct().Where(round => !_rounds.ContainsKey(round)))
        {
            agent.Link?.Revoke(round, [], cancel: true);
        }
    }

    private void Lose(AgentConnection agent)
    {
        _roster.Remove(agent);
        foreach (var round in _rounds.Values)
        {
            round.Leases.Leave(agent.Introduction.Id);
        }

        DivideRate();
        Lease();
    }

    // Rounds share an agent's window evenly, so that a large job does not keep a small one waiting.
    private void Lease()
    {
        var open = _rounds.Values.Where(round => !round.IsClosing && !round.Leases.IsFinished).ToList();
        foreach (var agent in _roster.TakingShards)
        {
            foreach (var round in open)
            {
                var leases = round.Leases.Grant(agent.Introduction.Id, Window(agent, round.Briefing.Probe) / open.Count);
                if (leases.Count > 0)
                {
                    agent.Link!.Grant(round.Briefing, leases);
                }
            }
        }
    }

    private int Window(AgentConnection agent, Probe probe) =>
        (int)Math.Clamp(Capacity(agent) * options.Window.TotalSeconds / probe.Count, 2.0 * probe.Bucket, int.MaxValue);

    private void AskBack(ActiveRound round)
    {
        foreach (var takeover in round.Leases.TakeOver())
        {
            var from = _roster.Find(takeover.From);
            from?.Link?.Revoke(round.Briefing.Id, takeover.Shards, cancel: false);
            Log.Takeover(logger, takeover.Shards.Count, from?.Introduction.Name ?? "", _roster.Find(takeover.To)?.Introduction.Name ?? "");
        }
    }

    // Lower budgets are sent before higher ones, so that the sum stays below the limit while they travel.
    private void DivideRate()
    {
        var caps = _rounds.Values.Select(round => round.Order.RateCap).Append(options.Rate).Where(cap => cap is not null);
        var agents = _roster.TakingShards.ToList();
        var shares = RateShares.Divide(caps.Min(), options.PerAgent, [.. agents.Select(agent => agent.Introduction.Capacity)]);
        foreach (var (agent, share) in agents.Zip(shares).OrderBy(pair => pair.Second - pair.First.Budget))
        {
            if (agent.Budget != share)
            {
                agent.Budget = share;
                agent.Link!.SetBudget(Math.Max(1, share));
            }
        }
    }

    private bool IsOverdue(ActiveRound round)
    {
        if (round.Order.Deadline is { } deadline)
        {
            var overdue = time.GetElapsedTime(round.StartedTimestamp) >= deadline;
            if (overdue)
            {
                Log.DeadlinePassed(logger, round.Briefing.Id, round.Briefing.Job, round.Leases.UnfinishedTargets);
            }

            return overdue;
        }

        var probe = round.Briefing.Probe;
        var limit = options.StallLimit + 3 * ((probe.Count - 1) * probe.Period + probe.Timeout);
        var stalled = time.GetElapsedTime(round.LastProgressTimestamp) >= limit;
        if (stalled)
        {
            Log.RoundStalled(logger, round.Briefing.Id, round.Briefing.Job, limit.TotalSeconds, round.Leases.UnfinishedTargets, _roster.Agents.Count);
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
        foreach (var round in _rounds.Values.Where(round => (round.IsClosing || round.Leases.IsFinished) && round.Merger.Uncommitted == 0).ToList())
        {
            Close(round);
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
        Log.RoundClosed(logger, round.Briefing.Id, round.Briefing.Job, round.Summary.Up, round.Summary.Down, round.Summary.Unknown, round.Summary.Duration.TotalSeconds);
        round.Finished.SetResult(new RoundOutcome(round.Briefing.Id, round.Order.Job, round.Briefing.Map, round.Merger.Tally, round.Summary));
    }
}
