using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>An agent that does what the test says, and keeps its leases and batches from session to session as a real one does.</summary>
internal sealed class StoryAgent(ClusterStory story, AgentIntroduction introduction)
{
    private readonly SortedDictionary<ulong, (Lease Lease, ShardResult Result)> _sent = [];
    private readonly List<Lease> _hand = [];
    private int _taken;
    private int _sending;
    private ulong _clockMs;
    private ulong _sequence;

    public AgentId Id => introduction.Id;

    public string Name => introduction.Name;

    /// <summary>The present session, or the last one.</summary>
    public RecordingLink Link { get; private set; } = new();

    public bool IsConnected { get; set; }

    /// <summary>Neither hears nor says anything (SIGSTOP, or a cut cable).</summary>
    public bool IsFrozen { get; set; }

    public ulong LastSequence => _sequence;

    /// <summary>Leases it was given and has not finished, returned or been told to drop.</summary>
    public IReadOnlyList<Lease> Hand
    {
        get
        {
            _hand.AddRange(Link.Granted.Skip(_taken));
            _taken = Link.Granted.Count;
            return _hand;
        }
    }

    public int HeldTargets => Hand.Sum(lease => lease.Shard.TargetCount);

    public void Connect()
    {
        var held = Hand.Concat(_sent.Values.Select(sent => sent.Lease)).Select(lease => lease.Key).ToList();
        _sending = Link.Budgets.Count > 0 ? Link.Budgets[^1] : _sending;
        (Link, _taken, IsConnected) = (new RecordingLink(), 0, true);
        var firstUnacked = _sent.Count > 0 ? _sent.Keys.First() : _sequence + 1;
        story.Cluster.AgentJoined(introduction with { HeldLeases = held, FirstUnacked = firstUnacked, Sending = _sending, ClockMs = ++_clockMs }, Link);
    }

    public void Disconnect()
    {
        IsConnected = false;
        story.Cluster.AgentLeft(Id, Link, "the connection broke");
    }

    /// <summary>It has drained and ends its session.</summary>
    public void SayGoodbye()
    {
        IsConnected = false;
        story.Cluster.AgentLeft(Id, Link, "the agent said goodbye", saidGoodbye: true);
    }

    /// <summary>The coordinator told it that its identity is another agent's.</summary>
    public void TakeNewIdentity(AgentId id)
    {
        Assert.NotNull(Link.Refused);
        introduction = introduction with { Id = id };
        Connect();
    }

    /// <summary>Killed and started again: it holds nothing.</summary>
    public void Restart()
    {
        introduction = introduction.Restarted();
        _sent.Clear();
        _ = Hand;
        _hand.Clear();
        _sequence = 0;
        (Link, _sending) = (new RecordingLink(), 0);
        Connect();
    }

    public void Beat()
    {
        if (IsConnected && !IsFrozen)
        {
            story.Cluster.AgentHeard(Id, Link, AgentLoad.None with { BudgetSerial = Link.BudgetSerial, ClockMs = ++_clockMs });
        }
    }

    /// <summary>Drops what the session told it to; obeys requests to give back, as if nothing was begun.</summary>
    public void ObeyRevokes()
    {
        foreach (var (round, shards, cancel) in Link.Revoked.ToList())
        {
            var revoked = Hand.Where(lease => lease.Key.Round == round && (shards.Count == 0 || shards.Contains(lease.Key.Shard))).ToList();
            _hand.RemoveAll(revoked.Contains);
            if (!cancel)
            {
                story.Cluster.LeasesReturned(Id, Link, [.. revoked.Select(lease => lease.Key)], LeaseReturnReason.Revoked, "");
            }
        }

        Link.Revoked.Clear();
    }

    public void Return(LeaseReturnReason reason, IReadOnlyList<Lease> leases)
    {
        _hand.RemoveAll(leases.Contains);
        story.Cluster.LeasesReturned(Id, Link, [.. leases.Select(lease => lease.Key)], reason, "no engine");
    }

    public int ProbeAll()
    {
        var leases = Hand.ToList();
        leases.ForEach(Probe);
        return leases.Count;
    }

    public void Probe(Lease lease) => Probe(lease, Samples.Up(lease.Shard));

    public void Probe(Lease lease, ShardResult result)
    {
        _hand.Remove(lease);
        _sent.Add(++_sequence, (lease, result));
        Send(_sequence);
    }

    public void ResendUnacknowledged()
    {
        foreach (var sequence in _sent.Keys.Where(sequence => sequence > (Link.Acknowledged ?? 0)).ToList())
        {
            Send(sequence);
        }
    }

    private void Send(ulong sequence)
    {
        var (lease, result) = _sent[sequence];
        var columns = ResultColumnsCodec.Encode(result).ToByteArray();
        var batch = new StoredBatch(lease.Key.Round, lease.Key.Shard, lease.Key.Epoch, lease.Shard.Content, Name, columns);
        story.Cluster.BatchArrived(Id, Link, sequence, batch, result);
        foreach (var settled in _sent.Keys.Where(settled => settled <= (Link.Acknowledged ?? 0)).ToList())
        {
            _sent.Remove(settled);
        }
    }
}
