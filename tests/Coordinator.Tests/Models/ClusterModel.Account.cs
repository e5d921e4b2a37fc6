using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Tests.Models;

// The account: who is in the cluster, who holds what, and what may follow from that.
internal sealed partial class ClusterModel
{
    // Agents of the cluster: the session and boot they are known by, when they were heard, and whether they were asked to leave.
    private readonly Dictionary<ModelAgent, Known> _known = [];

    // Agents that have taken part in the round, since the present coordinator runs it.
    private readonly HashSet<ModelAgent> _seated = [];

    private readonly Dictionary<(ShardId, LeaseEpoch), Lease> _everGranted = [];

    // Batches that were refused for good, by agent, boot and number.
    private readonly HashSet<(ModelAgent, int, ulong)> _refused = [];

    public void Admitted(ModelAgent agent, ModelLink link)
    {
        if (_known.TryGetValue(agent, out var before) && before.Link.Introduction.BootId != link.Introduction.BootId)
        {
            Lose(agent);
            before = null;
        }

        _known[agent] = new Known(link, Time.GetTimestamp()) { IsAskedToLeave = before?.IsAskedToLeave ?? false };
    }

    /// <summary>The coordinator has compared what the agent holds with what it should hold.</summary>
    public void Reconciled(ModelAgent agent, ModelLink link, IReadOnlySet<ShardId> cancelled)
    {
        Seat(agent);
        var claims = link.Introduction.HeldLeases;
        var kept = claims.Where(key => MayKeep(agent, key)).GroupBy(key => key.Shard).Select(same => same.MaxBy(key => key.Epoch.Value)).ToList();
        if (!_round.IsClosing)
        {
            Assert.Equal(claims.Select(key => key.Shard).Except(kept.Select(key => key.Shard)).ToHashSet(), cancelled);
        }

        Release(agent);
        foreach (var key in kept)
        {
            (Of(key.Shard).Holder, Of(key.Shard).Grantee, Of(key.Shard).Epoch) = (agent, agent, key.Epoch);
        }
    }

    public void Granted(ModelAgent agent, ModelLink link, Lease lease)
    {
        var shard = Of(lease.Key.Shard);
        Assert.True(_known.TryGetValue(agent, out var known) && known.Link == link && !known.IsLeaving, $"{lease.Key} for {agent.Name}, which takes none");
        Assert.True(shard.Holder is null, $"{lease.Key} for {agent.Name} while {shard.Holder?.Name} holds epoch {shard.Epoch}");
        Assert.True(shard.IsOpen, $"{lease.Key} for {agent.Name} though the shard is done");
        Assert.True(lease.Key.Epoch.Value > shard.Epoch.Value && _everGranted.TryAdd((lease.Key.Shard, lease.Key.Epoch), lease), $"{lease.Key} after epoch {shard.Epoch}");
        (shard.Holder, shard.Grantee, shard.Epoch) = (agent, agent, lease.Key.Epoch);
        _seated.Add(agent);
    }

    public void Send(ModelAgent agent, ulong sequence, Lease lease)
    {
        var (key, shard) = (lease.Key, Of(lease.Key.Shard));
        var result = Samples.Up(lease.Shard);
        var columns = ResultColumnsCodec.Encode(result).ToByteArray();
        var isCurrent = IsCurrent(agent);
        var isUnacked = agent.Unacked.ContainsKey(sequence);
        var (wasAccepted, isExpected) = (shard.IsAccepted, isCurrent && key.Epoch == shard.Epoch && agent == shard.Grantee && shard.IsOpen && _round.Summary is null);
        Heard(agent);
        if (isCurrent && !isExpected && (!shard.IsAccepted || shard.IsDurable || _round.Summary is not null))
        {
            _refused.Add((agent, agent.Boot, sequence));
        }

        var epochBefore = shard.Epoch;
        Cluster.BatchArrived(agent.Id, agent.Link!, sequence, new StoredBatch(key.Round, key.Shard, key.Epoch, lease.Shard.Content, agent.Name, columns), result);
        Assert.False(!wasAccepted && shard.IsAccepted && key.Epoch != epochBefore, $"{key} of {agent.Name} was merged at epoch {epochBefore}");
        if (isUnacked)
        {
            Assert.True(shard.IsAccepted == (wasAccepted || isExpected), $"{key} of {agent.Name}: expected {(isExpected ? "to be merged" : "to be refused")}");
        }
    }

    public void Return(ModelAgent agent, IReadOnlyList<LeaseKey> leases, LeaseReturnReason reason)
    {
        Heard(agent);
        if (IsCurrent(agent))
        {
            _known[agent].IsLeavingByItself |= reason == LeaseReturnReason.Draining;
            foreach (var key in leases.Where(key => Of(key.Shard) is { IsOpen: true } shard && shard.Holder == agent && shard.Epoch == key.Epoch))
            {
                Of(key.Shard).Holder = null;
                Of(key.Shard).Failures += reason == LeaseReturnReason.EngineFailed ? 1 : 0;
            }
        }

        Cluster.LeasesReturned(agent.Id, agent.Link!, leases, reason, "");
    }

    public void Left(ModelAgent agent, ModelLink link, bool saidGoodbye)
    {
        if (_known.TryGetValue(agent, out var known) && known.Link == link)
        {
            known.IsConnected = false;
            if (saidGoodbye || (known.IsLeavingByItself && !known.IsAskedToLeave))
            {
                Lose(agent);
            }
        }

        Cluster.AgentLeft(agent.Id, link, "the connection broke", saidGoodbye);
    }

    /// <summary>A lease that is not this agent's; null while there is none.</summary>
    public Lease? AnothersLease(ModelAgent agent, int pick)
    {
        var others = _shards.Where(shard => shard.Grantee is { } grantee && grantee != agent).Select(shard => (shard.Shard.Id, shard.Epoch)).ToHashSet();
        var leases = _everGranted.Where(granted => others.Contains(granted.Key)).Select(granted => granted.Value).ToList();
        return leases.Count > 0 ? leases[pick % leases.Count] : null;
    }

    public void Heard(ModelAgent agent)
    {
        if (IsCurrent(agent))
        {
            _known[agent].HeardAt = Time.GetTimestamp();
        }
    }

    /// <summary>What is acknowledged is durable, or was refused and counts for nothing.</summary>
    public void Acknowledged(ModelAgent agent, ModelLink link, ulong sequence)
    {
        if (agent.Link != link)
        {
            return;
        }

        foreach (var (settled, lease) in agent.Unacked.TakeWhile(batch => batch.Key <= sequence))
        {
            Assert.True(
                Of(lease.Key.Shard).IsDurable || _refused.Contains((agent, agent.Boot, settled)), $"batch {settled} of {agent.Name}, {lease.Key}, was acknowledged and is not durable");
        }
    }

    // Called by the cluster for what it takes.
    private void Merged(StoredBatch batch)
    {
        var shard = Of(batch.Shard);
        Assert.False(shard.IsAccepted, $"shard {batch.Shard} was merged twice");
        Assert.True(shard.Epoch == batch.Epoch, $"shard {batch.Shard} was merged with epoch {batch.Epoch} at epoch {shard.Epoch}");
        (shard.IsAccepted, shard.Holder) = (true, null);
        _uncommitted.Add(batch);
    }

    private void Drain(ModelAgent agent)
    {
        if (_known.TryGetValue(agent, out var known))
        {
            known.IsAskedToLeave = true;
        }

        Cluster.Drain(agent.Id, "asked");
    }

    // Nothing but a silence longer than the grace makes an agent lost while it says nothing else, and then only its shards are free.
    private void LoseTheSilent()
    {
        foreach (var (agent, _) in _known.Where(known => Time.GetElapsedTime(known.Value.HeardAt) > _options.Grace).ToList())
        {
            Lose(agent);
        }
    }

    private void Lose(ModelAgent agent)
    {
        _known.Remove(agent);
        _seated.Remove(agent);
        Release(agent);
    }

    private void Release(ModelAgent agent)
    {
        foreach (var shard in _shards.Where(shard => shard.Holder == agent))
        {
            shard.Holder = null;
        }
    }

    private void ForgetAgents()
    {
        _known.Clear();
        _seated.Clear();
    }

    private bool IsCurrent(ModelAgent agent) => _known.TryGetValue(agent, out var known) && known.IsConnected && known.Link == agent.Link;

    // Whoever may take shards now has a place in the round; it keeps that until it is lost.
    private void Seat(ModelAgent agent)
    {
        if (Cluster.Roster.Find(agent.Id) is { TakesShards: true })
        {
            _seated.Add(agent);
        }
    }

    // What this coordinator leased it last, or what a former one leased if this one has not leased or given it to anybody.
    private bool MayKeep(ModelAgent agent, LeaseKey key)
    {
        var shard = Of(key.Shard);
        var isFree = shard.IsOpen && (shard.Holder is null || shard.Holder == agent);
        return _seated.Contains(agent) && isFree && ((key.Epoch == shard.Epoch && agent == shard.Grantee) || (shard.Epoch.Value == 0 && key.Epoch.Value >> 32 < _store.Generation));
    }

    private sealed class Known(ModelLink link, long heardAt)
    {
        public ModelLink Link => link;

        public long HeardAt { get; set; } = heardAt;

        public bool IsConnected { get; set; } = true;

        public bool IsAskedToLeave { get; set; }

        public bool IsLeavingByItself { get; set; }

        public bool IsLeaving => IsAskedToLeave || IsLeavingByItself;
    }
}
