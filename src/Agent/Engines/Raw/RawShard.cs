using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A shard that a lane probes: how far it is, and what is known of its pings.</summary>
internal sealed class RawShard
{
    private readonly ShardResultBuilder _result;
    private readonly int _stride;
    private ReasonKinds[]? _reasons;
    private Dictionary<int, int>? _duplicates;
    private int _opened;
    private int _next;

    public RawShard(ShardAssignment assignment, EchoTemplate ipv4, EchoTemplate ipv6)
    {
        (Assignment, IPv4, IPv6) = (assignment, ipv4, ipv6);
        var (targets, probe) = (assignment.Targets.Length, assignment.Probe);
        (PeriodNs, TimeoutNs) = (probe.Period.Ticks * TimeSpan.NanosecondsPerTick, probe.Timeout.Ticks * TimeSpan.NanosecondsPerTick);
        _result = new ShardResultBuilder(targets, probe.Count);
        _stride = StrideOf(targets);
        Unresolved = targets * probe.Count;
    }

    [Flags]
    private enum ReasonKinds : byte
    {
        None = 0,
        Icmp = 1,
        SendError = 2,
        WrongSource = 4,
        LocalDrop = 8,
    }

    public ShardAssignment Assignment { get; }

    public EchoTemplate IPv4 { get; }

    public EchoTemplate IPv6 { get; }

    public long PeriodNs { get; }

    public long TimeoutNs { get; }

    public int PingsPerTarget => Assignment.Probe.Count;

    /// <summary>Pings whose fate is not known yet.</summary>
    public int Unresolved { get; private set; }

    /// <summary>Its pings in the lane's ring: while there are some, its place in the table is taken.</summary>
    public int InRing { get; set; }

    public bool IsReported { get; private set; }

    /// <summary>
    /// The next target without any ping. Targets are taken in long steps through the shard, so that neighbours in one network are not hit one after the other.
    /// </summary>
    public int Open()
    {
        var target = _next;
        _opened++;
        _next = (int)(((long)_next + _stride) % Assignment.Targets.Length);
        return target;
    }

    public bool IsOpened => _opened == Assignment.Targets.Length;

    public void Answered(int target, int ping, long rttNs)
    {
        _result.Answered(target, ping, (uint)Math.Clamp((rttNs + 500) / 1000, 1, uint.MaxValue - 1));
        Unresolved--;
    }

    public void Lost(int target, int ping)
    {
        _result.Lost(target, ping);
        Unresolved--;
    }

    /// <summary>The ping did not leave.</summary>
    public void NotSent(int target, int errno)
    {
        Note(ReasonKinds.SendError, new TargetReason(target, ReasonKind.SendError, errno));
        Unresolved--;
    }

    /// <summary>The answer may have been dropped by this host; the ping is sent again.</summary>
    public void Obscured() => _result.LocalDrops++;

    /// <summary>It was obscured too often.</summary>
    public void GivenUp(int target)
    {
        Note(ReasonKinds.LocalDrop, new TargetReason(target, ReasonKind.LocalDrop));
        Unresolved--;
    }

    /// <summary>The first word on a target counts: a router on the way says the same of every ping.</summary>
    public void Refused(TargetReason reason) => Note(ReasonKinds.Icmp, reason);

    public void AnsweredByAnother(TargetReason reason) => Note(ReasonKinds.WrongSource, reason);

    public void Duplicate(int target)
    {
        _duplicates ??= [];
        _duplicates[target] = _duplicates.GetValueOrDefault(target) + 1;
    }

    public ShardResult Report(DateTimeOffset finishedAt)
    {
        IsReported = true;
        foreach (var (target, count) in _duplicates ?? [])
        {
            _result.Because(new TargetReason(target, ReasonKind.Duplicate, count));
        }

        return _result.Build(finishedAt);
    }

    // Around 0.618 of the length, and without a common divisor, so that every target is met once.
    private static int StrideOf(int targets)
    {
        var stride = Math.Max(1, (int)(targets * 0.618));
        while (Gcd(stride, Math.Max(1, targets)) != 1)
        {
            stride++;
        }

        return stride;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    private void Note(ReasonKinds kind, TargetReason reason)
    {
        _reasons ??= new ReasonKinds[Assignment.Targets.Length];
        if ((_reasons[reason.Target] & kind) == 0)
        {
            _reasons[reason.Target] |= kind;
            _result.Because(reason);
        }
    }
}
