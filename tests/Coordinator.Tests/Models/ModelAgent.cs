using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>An agent as its documents describe it: it keeps its leases and unacknowledged batches from session to session, and its budget until that runs out.</summary>
internal sealed class ModelAgent(ClusterModel model, int number)
{
    private readonly List<Lease> _hand = [];
    private readonly List<(ulong Sequence, Lease Lease)> _sent = [];
    private ulong _runsOutMs;
    private int _budget;
    private ulong _lastSequence;

    public AgentId Id { get; } = Introductions.Agent(number).Id;

    public string Name => $"a{number}";

    public int Boot { get; private set; } = 1;

    /// <summary>The session it believes to have.</summary>
    public ModelLink? Link { get; private set; }

    public bool IsCut { get; set; }

    public bool IsDraining { get; set; }

    public bool IsIdle => _hand.Count == 0 && Unacked.Count == 0;

    public SortedDictionary<ulong, Lease> Unacked { get; } = [];

    public ulong BudgetSerial { get; private set; }

    /// <summary>The most that it may send at this moment.</summary>
    public int Sending => ClockMs >= _runsOutMs ? 0 : _budget;

    private ulong ClockMs => 1 + (ulong)model.Time.GetElapsedTime(0).TotalMilliseconds;

    private bool CanSpeak => !IsCut && Link is { IsWelcomed: true };

    public void Connect()
    {
        if (IsCut)
        {
            return;
        }

        var held = _hand.Concat(Unacked.Values).Select(lease => lease.Key).Distinct().ToList();
        var introduction = Introductions.Agent(number, capacity: 20 + 10 * number) with
        {
            BootId = new Guid(number, 0, 1, [0, 0, 0, 0, 0, 0, (byte)(Boot >> 8), (byte)Boot]),
            HeldLeases = held,
            FirstUnacked = Unacked.Count > 0 ? Unacked.Keys.First() : _lastSequence + 1,
            Sending = Sending,
            ClockMs = ClockMs,
        };
        Link = new ModelLink(model, this, introduction);
        model.Cluster.AgentJoined(introduction, Link);
    }

    /// <summary>The session is over and both know.</summary>
    public void Break(bool saidGoodbye = false)
    {
        if (Link is { } link && !IsCut)
        {
            Link = null;
            model.Left(this, link, saidGoodbye);
        }
    }

    public void Restart(bool keepsSpool, bool isHalfOpen)
    {
        if (!isHalfOpen)
        {
            Break();
        }

        var spool = keepsSpool ? Unacked.Values.ToList() : [];
        (Link, IsCut, IsDraining, _budget, BudgetSerial, _lastSequence) = (null, false, false, 0, 0, 0);
        Boot++;
        _hand.Clear();
        _sent.Clear();
        Unacked.Clear();
        spool.ForEach(lease => Unacked.Add(++_lastSequence, lease));
        Connect();
    }

    /// <summary>It had nothing left and its process is over; another boot may come.</summary>
    public void SayGoodbye()
    {
        if (CanSpeak && IsIdle)
        {
            Break(saidGoodbye: true);
            (Boot, _budget, _lastSequence, IsDraining) = (Boot + 1, 0, 0, false);
            _sent.Clear();
        }
    }

    public void Read()
    {
        if (!IsCut)
        {
            Link?.ReadAll();
        }
    }

    public void Beat()
    {
        if (CanSpeak)
        {
            model.Heard(this);
            model.Cluster.AgentHeard(Id, Link!, AgentLoad.None with { BudgetSerial = BudgetSerial, ClockMs = ClockMs });
        }
    }

    public void Probe(int shards)
    {
        foreach (var lease in _hand.Take(shards).ToList())
        {
            _hand.Remove(lease);
            Unacked.Add(++_lastSequence, lease);
        }
    }

    /// <summary>It brings a result of a lease that it never had, as a hostile agent would, and claims nothing.</summary>
    public void Forge(int pick)
    {
        if (CanSpeak && Unacked.Count == 0 && model.AnothersLease(this, pick) is { } lease)
        {
            Unacked.Add(++_lastSequence, lease);
            model.Send(this, _lastSequence, lease);
        }
    }

    public void SendUnacked()
    {
        foreach (var sequence in Unacked.Keys.ToList())
        {
            if (CanSpeak && Unacked.TryGetValue(sequence, out var lease))
            {
                _sent.Add((sequence, lease));
                model.Send(this, sequence, lease);
            }
        }
    }

    public void Repeat(int pick)
    {
        if (CanSpeak && _sent.Count > 0)
        {
            var (sequence, lease) = _sent[pick % _sent.Count];
            model.Send(this, sequence, lease);
        }
    }

    public void Return(int shards, LeaseReturnReason reason)
    {
        var leases = _hand.Take(shards).ToList();
        if (CanSpeak)
        {
            _hand.RemoveAll(leases.Contains);
            model.Return(this, [.. leases.Select(lease => lease.Key)], reason);
        }
    }

    public void LeaveInOrder()
    {
        if (CanSpeak)
        {
            IsDraining = true;
            Return(_hand.Count, LeaseReturnReason.Draining);
        }
    }

    public void Take(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            _hand.RemoveAll(held => held.Key.Shard == lease.Key.Shard && held.Key.Epoch.Value < lease.Key.Epoch.Value);
            _hand.Add(lease);
        }
    }

    /// <summary>Of those asked back, every other is begun and stays.</summary>
    public void GiveBack(IReadOnlyList<ShardId> shards, bool cancel)
    {
        var leases = _hand.Where(lease => shards.Count == 0 || shards.Contains(lease.Key.Shard)).Where((_, i) => cancel || i % 2 == 0).ToList();
        _hand.RemoveAll(leases.Contains);
        if (!cancel && CanSpeak)
        {
            model.Return(this, [.. leases.Select(lease => lease.Key)], LeaseReturnReason.Revoked);
        }
    }

    public void Forget(ulong sequence)
    {
        foreach (var settled in Unacked.Keys.Where(settled => settled <= sequence).ToList())
        {
            Unacked.Remove(settled);
        }
    }

    public void Keep(ulong serial, int pingsPerSecond, TimeSpan term, ulong heardMs) =>
        (BudgetSerial, _budget, _runsOutMs) = (serial, pingsPerSecond, term > TimeSpan.Zero ? heardMs + (ulong)term.TotalMilliseconds : ulong.MaxValue);

    public void SessionEnded(ModelLink link) => Link = Link == link ? null : Link;

    /// <summary>The coordinator is gone, and with it every session.</summary>
    public void CoordinatorDied() => Link = null;
}
