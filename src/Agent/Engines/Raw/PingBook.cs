using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// A lane's account of its shards: which ping is due, which are in flight, and what became of each. Knows no socket and no clock: times are told, in nanoseconds
/// of the monotonic clock. Allocates per shard, never per ping.
/// </summary>
/// <param name="prefixes">Null: prefixes have no limit of their own.</param>
internal sealed class PingBook(IResultSink sink, TimeProvider time, PrefixPacer? prefixes = null)
{
    // A ping obscured so often is given up. A virtual machine may stand still again and again for seconds.
    public const int MaxAttempts = 8;

    // A duplicate follows its original at once, if at all: a shard is reported so much later, but not later than its last timeout.
    private const long DuplicateNs = 20_000_000;

    private readonly ShardTable _shards = new();
    private readonly PostponedPings _postponed = new(prefixes);
    private readonly DueQueues _due = new();
    private readonly Queue<(int Shard, long AtNs)> _finished = [];
    private readonly PingRing _ring = new();
    private readonly PingProof _proof = PingProof.WithRandomKey();
    private int _unreported;
    private long _obscuredBelow;
    private int _sent;
    private int _received;

    public RawCounters Counters { get; } = new();

    public bool HasUnopened => _shards.HasUnopened;

    public bool HasInFlight => _ring.Count > 0;

    /// <summary>Every shard is reported; some pings may still be in the ring, for duplicates to be told from late answers.</summary>
    public bool IsIdle => _unreported == 0;

    /// <summary>When the next ping is due that is not the first of its target.</summary>
    public long NextDueNs => Math.Min(_postponed.NextAtNs, _due.NextAtNs);

    public void Add(ShardAssignment assignment, long nowNs)
    {
        _unreported++;
        FinishIfResolved(_shards.Add(assignment), nowNs);
    }

    /// <summary>The next ping to send: one that is due, else the first of another target. When it is not yet its prefix's turn, it waits for that.</summary>
    public bool TryPick(long nowNs, out Due due)
    {
        var isFound = _postponed.TryTake(nowNs, out due);
        while (!isFound && (_due.TryTake(nowNs, out due) || (_postponed.HasRoom && _shards.TryOpen(out due))))
        {
            isFound = _postponed.MayLeave(due, AddressOf(due), nowNs);
        }

        return isFound;
    }

    public TargetAddress AddressOf(Due due) => _shards[due.Shard].Assignment.Targets[due.Target];

    public EchoTemplate TemplateOf(Due due, bool ipv4) => ipv4 ? _shards[due.Shard].IPv4 : _shards[due.Shard].IPv6;

    /// <summary>Gives the ping its number; <see cref="Sent"/> or <see cref="NotSent"/> follows.</summary>
    public long Begin(Due due, long nowNs)
    {
        _shards[due.Shard].InRing++;
        return _ring.Add(new PingSlot { SentNs = nowNs, What = due });
    }

    public ulong ProofOf(long ping) => _proof.Of((ulong)ping);

    /// <param name="isUncertain">It left at some time before <paramref name="sentNs"/>, and nobody knows when.</param>
    public void Sent(long ping, long sentNs, bool isUncertain)
    {
        ref var slot = ref _ring[ping];
        (slot.SentNs, slot.IsUncertain) = (sentNs, isUncertain);
        Counters.Sent++;
        Follow(slot.What, sentNs);
    }

    public void NotSent(long ping, int errno, long nowNs)
    {
        ref var slot = ref _ring[ping];
        slot.State = PingState.NotSent;
        Counters.SendErrors++;
        var shard = _shards[slot.What.Shard];
        shard.NotSent(slot.What.Target, errno);
        Follow(slot.What, nowNs);
        FinishIfResolved(slot.What.Shard, nowNs);
    }

    /// <summary>Packets were dropped here: whatever is in flight now and stays without an answer is sent again.</summary>
    public void Obscure() => _obscuredBelow = _ring.Tail;

    /// <param name="receivedNs">When it came to this host.</param>
    public void Reply(in ReceivedPacket packet, TargetAddress source, long receivedNs)
    {
        var ping = Find(packet, source);
        if (ping < 0)
        {
            Counters.Foreign++;
        }
        else if (!EchoTemplate.HasToken(packet.Payload, ping, ProofOf(ping)))
        {
            Counters.Forged++;
        }
        else if (!_ring.Contains(ping))
        {
            Counters.Late++;
        }
        else
        {
            Answer(ref _ring[ping], packet.Payload.Length, source, receivedNs);
        }
    }

    /// <param name="source">Who says it.</param>
    public void Error(in ReceivedPacket packet, TargetAddress source)
    {
        for (var ping = _ring.FromSequence(packet.Sequence); _ring.Contains(ping); ping = PingRing.OlderWithSameSequence(ping))
        {
            var what = _ring[ping].What;
            if (AddressOf(what) == packet.Destination)
            {
                Counters.Errors++;
                _shards[what.Shard].Refused(TargetReason.Icmp(what.Target, packet.Type, packet.Code, source));
                return;
            }
        }

        Counters.Foreign++;
    }

    /// <summary>Decides about all pings whose timeout had passed at a time up to which every answer has been read, and reports the shards that are done.</summary>
    public void Expire(long settledNs, long nowNs)
    {
        while (_ring.Count > 0)
        {
            ref var slot = ref _ring[_ring.Head];
            var shard = _shards[slot.What.Shard];
            if (slot.State != PingState.NotSent && slot.SentNs + shard.TimeoutNs > settledNs)
            {
                break;
            }

            if (slot.State is PingState.InFlight or PingState.Late)
            {
                Decide(slot, shard, nowNs);
            }

            _ring.RemoveHead();
            shard.InRing--;
            Free(slot.What.Shard, shard);
        }

        while (_finished.TryPeek(out var finished) && finished.AtNs <= nowNs)
        {
            Report(_finished.Dequeue().Shard);
        }
    }

    /// <summary>Tells what has been decided since the last call.</summary>
    public void TellProgress()
    {
        if (_sent > 0)
        {
            sink.Progressed(_sent, _received);
            (_sent, _received) = (0, 0);
        }
    }

    private void Follow(Due what, long sentNs)
    {
        var shard = _shards[what.Shard];
        if (what.Attempt == 0 && what.Ping + 1 < shard.PingsPerTarget)
        {
            _due.Follow(what with { Ping = (ushort)(what.Ping + 1) }, sentNs, shard.PeriodNs);
        }
    }

    // A payload without room for the number leaves the sequence number, and of the pings that share it the one to the address that answers,
    // whose number begins like the payload.
    private long Find(in ReceivedPacket packet, TargetAddress source)
    {
        if (EchoTemplate.NumberOf(packet.Payload) is { } number)
        {
            var named = _ring.FromNumber(number);
            return (ushort)named == packet.Sequence ? named : -1;
        }

        var newest = _ring.FromSequence(packet.Sequence);
        for (var ping = newest; _ring.Contains(ping); ping = PingRing.OlderWithSameSequence(ping))
        {
            if (AddressOf(_ring[ping].What) == source && EchoTemplate.HasToken(packet.Payload, ping, ProofOf(ping)))
            {
                return ping;
            }
        }

        return newest;
    }

    private void Answer(ref PingSlot slot, int payload, TargetAddress source, long receivedNs)
    {
        var what = slot.What;
        var shard = _shards[what.Shard];
        if (AddressOf(what) != source)
        {
            Counters.WrongSource++;
            shard.AnsweredByAnother(new TargetReason(what.Target, ReasonKind.WrongSource, Source: source));
        }
        else if (payload != shard.Assignment.Probe.Size)
        {
            Counters.Truncated++;
        }
        else if (slot.State != PingState.InFlight)
        {
            Counters.Duplicates++;
            shard.Duplicate(what.Target);
        }
        else if (slot.IsUncertain)
        {
            slot.State = PingState.Answered;
            SendAgainOrGiveUp(what, shard, receivedNs);
        }
        else if (receivedNs - slot.SentNs > shard.TimeoutNs)
        {
            slot.State = PingState.Late;
            Counters.Late++;
        }
        else
        {
            slot.State = PingState.Answered;
            Counters.Answered++;
            (_sent, _received) = (_sent + 1, _received + 1);
            shard.Answered(what.Target, what.Ping, receivedNs - slot.SentNs);
            FinishIfResolved(what.Shard, receivedNs);
        }
    }

    private void Decide(in PingSlot slot, RawShard shard, long nowNs)
    {
        var what = slot.What;
        if (slot.State == PingState.InFlight && (_ring.Head < _obscuredBelow || slot.IsUncertain))
        {
            SendAgainOrGiveUp(what, shard, nowNs);
            return;
        }

        Counters.Lost++;
        _sent++;
        shard.Lost(what.Target, what.Ping);
        FinishIfResolved(what.Shard, nowNs);
    }

    private void SendAgainOrGiveUp(Due what, RawShard shard, long nowNs)
    {
        shard.Obscured();
        if (what.Attempt + 1 < MaxAttempts)
        {
            Counters.Obscured++;
            _due.Again(what with { Attempt = (byte)(what.Attempt + 1) }, nowNs);
            return;
        }

        Counters.GivenUp++;
        shard.GivenUp(what.Target);
        FinishIfResolved(what.Shard, nowNs);
    }

    private void FinishIfResolved(int place, long nowNs)
    {
        if (_shards[place].Unresolved == 0)
        {
            _finished.Enqueue((place, nowNs + Math.Min(DuplicateNs, _shards[place].TimeoutNs)));
        }
    }

    private void Report(int place)
    {
        var shard = _shards[place];
        _unreported--;
        TellProgress();
        sink.Completed(shard.Assignment, shard.Report(time.GetUtcNow()));
        Free(place, shard);
    }

    private void Free(int place, RawShard shard)
    {
        if (shard is { IsReported: true, InRing: 0 })
        {
            _shards.Remove(place);
        }
    }
}
