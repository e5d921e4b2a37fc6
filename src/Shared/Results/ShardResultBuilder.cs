namespace FpingCluster.Shared.Results;

/// <summary>Collects the pings of a shard in any order. A ping that is neither answered nor lost stays unmeasured and is not counted as sent.</summary>
public sealed class ShardResultBuilder(int targets, int count)
{
    private const uint Unmeasured = uint.MaxValue;

    private readonly uint[] _rttsUs = NewColumn(targets * count);
    private readonly List<TargetReason> _reasons = [];

    public int TargetCount => targets;

    public int LocalDrops { get; set; }

    /// <summary>A reply; an RTT below one microsecond is written as one, because 0 means lost.</summary>
    public void Answered(int target, int ping, uint rttUs) => _rttsUs[target * count + ping] = Math.Clamp(rttUs, 1, Unmeasured - 1);

    public void Lost(int target, int ping) => _rttsUs[target * count + ping] = 0;

    /// <summary>Forgets all that is known of a target, before it is probed again.</summary>
    public void Reset(int target)
    {
        _rttsUs.AsSpan(target * count, count).Fill(Unmeasured);
        _reasons.RemoveAll(reason => reason.Target == target);
    }

    public bool HasLoss(int target) => _rttsUs.AsSpan(target * count, count).Contains(0u);

    public bool IsMeasured(int target) => _rttsUs.AsSpan(target * count, count).ContainsAnyExcept(Unmeasured);

    public void Because(TargetReason reason) => _reasons.Add(reason);

    public ShardResult Build(DateTimeOffset finishedAt)
    {
        var sent = new ushort[targets];
        var received = new ushort[targets];
        var rtts = new uint[_rttsUs.AsSpan().Length - _rttsUs.AsSpan().Count(Unmeasured)];
        var next = 0;
        for (var target = 0; target < targets; target++)
        {
            foreach (var rtt in _rttsUs.AsSpan(target * count, count))
            {
                if (rtt != Unmeasured)
                {
                    rtts[next++] = rtt;
                    sent[target]++;
                    received[target] += rtt == 0 ? (ushort)0 : (ushort)1;
                }
            }
        }

        return new ShardResult
        {
            FinishedAt = finishedAt,
            Sent = sent,
            Received = received,
            RttsUs = rtts,
            Reasons = [.. _reasons.OrderBy(reason => reason.Target)],
            LocalDrops = LocalDrops,
        };
    }

    private static uint[] NewColumn(int length)
    {
        var column = new uint[length];
        column.AsSpan().Fill(Unmeasured);
        return column;
    }
}
