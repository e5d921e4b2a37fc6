using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// The cluster's state and every decision over it: agents come and go, rounds begin and end, shards are leased, batches are merged.
/// Not thread-safe: one caller at a time (<see cref="ClusterLoop"/>).
/// </summary>
internal sealed partial class Cluster(
    IResultStore store, Action<StoredBatch> commit, ClusterOptions options, TimeProvider time, ILogger<Cluster> logger)
{
    private readonly AgentRoster _roster = new(time);
    private readonly Dictionary<RoundId, ActiveRound> _rounds = [];

    public IEnumerable<ActiveRound> Rounds => _rounds.Values;

    public AgentRoster Roster => _roster;

    private void Admit(AgentIntroduction introduction, IAgentLink link)
    {
        link.Welcome();
        var former = _roster.Find(introduction.Id);
        var previous = former?.Link;
        if (former is null)
        {
            _absent.Back(introduction.Id, introduction.Sending);
        }

        var agent = _roster.Join(introduction, link, out var lost);
        previous?.Close("the agent opened another session");
        if (lost is not null)
        {
            Log.AgentRestarted(logger, introduction.Name);
        }

        var held = lost is null ? [] : LeaveRounds(lost);

        AskToLeaveAgain(agent);
        Log.AgentJoined(logger, introduction.Name, introduction.Peer, introduction.Capacity, string.Join(", ", introduction.Engines.Select(EngineCodec.ToWord)));
        DivideRate();
        Reconcile(agent);
        link.Acknowledge(agent.Acks.Acknowledged);
        Lease();
        TellMoved(lost ?? agent, held);
    }

    /// <summary>Anything an agent says keeps its leases alive.</summary>
    public void AgentHeard(AgentId id, IAgentLink link, AgentLoad? load)
    {
        if (Current(id, link) is not { } agent)
        {
            return;
        }

        Heard(agent);
        if (load is not null)
        {
            agent.Load = load;
            KeepBudget(agent, load);
            link.Acknowledge(agent.Acks.Acknowledged);
        }
    }

    /// <summary>A session ended. The agent keeps its leases until the grace is over, unless it was draining by itself or said goodbye.</summary>
    public void AgentLeft(AgentId id, IAgentLink link, string why, bool saidGoodbye = false)
    {
        if (Current(id, link) is not { } agent)
        {
            _claims.Remove(link);
            return;
        }

        // Whoever was asked to leave may not have heard it.
        var forGood = saidGoodbye || agent is { Status: AgentStatus.Draining, DrainReason: null };
        agent.Link = null;
        agent.Status = AgentStatus.Disconnected;
        Log.SessionEnded(logger, agent.Introduction.Name, why);
        if (forGood)
        {
            Lose([agent], mayBeSending: !saidGoodbye);
        }

        AdmitNext(id);
    }

    public void AgentDraining(AgentId id, IAgentLink link)
    {
        if (Current(id, link) is { Status: AgentStatus.Connected } agent)
        {
            BeginDraining(agent);
        }
    }

    public void LeasesReturned(AgentId id, IAgentLink link, IReadOnlyList<LeaseKey> leases, LeaseReturnReason reason, string detail)
    {
        if (reason == LeaseReturnReason.Draining)
        {
            AgentDraining(id, link);
        }

        if (Current(id, link) is not { } agent)
        {
            return;
        }

        Heard(agent);
        if (reason == LeaseReturnReason.EngineFailed)
        {
            Log.EngineFailed(logger, agent.Introduction.Name, Quantity.Of(leases.Count, "shard"), detail);
        }

        foreach (var key in leases)
        {
            if (_rounds.TryGetValue(key.Round, out var round))
            {
                if (reason == LeaseReturnReason.ContentMissing && round.Briefing.Map.IndexOf(key.Shard) is >= 0 and var index)
                {
                    link.ForgetContent(round.Briefing.Map.Shards[index].Content);
                }

                round.Leases.Return(id, key, reason);
            }
        }

        Lease();
        CloseFinished();
    }

    /// <param name="result">Checked against its round; null when the round is not running.</param>
    public void BatchArrived(AgentId id, IAgentLink link, ulong sequence, StoredBatch batch, ShardResult? result)
    {
        if (Current(id, link) is not { } agent)
        {
            return;
        }

        Heard(agent);
        if (agent.Acks.IsSettled(sequence))
        {
            link.Acknowledge(agent.Acks.Acknowledged);
            return;
        }

        if (result is null || !_rounds.TryGetValue(batch.Round, out var round) || round.Summary is not null)
        {
            agent.Acks.Settle(sequence);
            link.Acknowledge(agent.Acks.Acknowledged);
            return;
        }

        var key = new LeaseKey(batch.Round, batch.Shard, batch.Epoch);
        var engine = agent.Introduction.EngineFor(round.Briefing.Probe)?.ToString().ToLowerInvariant() ?? "";
        switch (round.Merger.Offer(id, key, result, agent.Introduction.Name, engine, agent.Acks, sequence))
        {
            case MergeVerdict.Merged:
                round.LastProgressTimestamp = time.GetTimestamp();
                round.CountExcluded(agent.Introduction.Name, result);
                commit(batch);
                break;
            case MergeVerdict.Refused:
                Log.BatchRefused(logger, agent.Introduction.Name, key);
                link.Acknowledge(agent.Acks.Acknowledged);
                break;
        }
    }

    /// <summary>These batches are durable now.</summary>
    public void Committed(IReadOnlyList<StoredBatch> batches)
    {
        foreach (var batch in batches)
        {
            if (_rounds.TryGetValue(batch.Round, out var round))
            {
                round.Merger.Committed(batch.Shard);
                round.LastCommitTimestamp = time.GetTimestamp();
            }
        }

        foreach (var agent in _roster.Agents)
        {
            agent.Link?.Acknowledge(agent.Acks.Acknowledged);
        }

        Lease();
        CloseFinished();
    }

    public void DrainAll(string reason)
    {
        foreach (var agent in _roster.Agents)
        {
            agent.Link?.Drain(reason);
        }
    }

    /// <summary>Gives up a round: what is not merged by now is unknown; or leaves it to the next start, if there is more to come of it and the options say so.</summary>
    public void CancelRound(RoundId id)
    {
        if (!_rounds.TryGetValue(id, out var round))
        {
            return;
        }

        if (options.StopLeavesRoundsOpen && !round.IsClosing && !round.Leases.IsFinished)
        {
            round.IsSuspended = true;
            Log.Suspended(logger, id, round.Briefing.Job, Quantity.Of(round.Leases.UnfinishedTargets, "target"));
            round.Finished.TrySetCanceled();
        }
        else
        {
            round.CancelledTimestamp ??= time.GetTimestamp();
            BeginClosing(round);
            CloseFinished();
        }
    }

    /// <summary>Time has passed: who is silent too long is lost, who is idle gets work, and rounds past their deadline close.</summary>
    /// <param name="asOf">The timestamp up to which all that agents said has been told here.</param>
    public void Tick(long asOf)
    {
        LoseSilent(asOf);

        foreach (var round in _rounds.Values.Where(round => round is { BegunTimestamp: not null, IsClosing: false, IsSuspended: false }))
        {
            if (_roster.Agents.Count == 0)
            {
                round.AwaitsAgentsSince = time.GetTimestamp();
            }

            if (MayLease(round))
            {
                round.Leases.Divide();
                AskBack(round);
            }

            if (IsOverdue(round))
            {
                BeginClosing(round);
            }
        }

        Lease();
        CloseFinished();
        LeaveOpen();
    }

    private AgentConnection? Current(AgentId id, IAgentLink link) => _roster.Find(id) is { } agent && agent.Link == link ? agent : null;

    private string? Hindrance(ActiveRound round) => ProbeHindrance.Of(round.Order.Job, _roster.Agents.Select(agent => agent.Introduction));

    private PlacementAgent Weigh(AgentConnection agent) => new(agent.Introduction.Id, Capacity(agent));

    private int Capacity(AgentConnection agent) => Math.Clamp(agent.Introduction.Capacity, 1, options.PerAgent);
}
