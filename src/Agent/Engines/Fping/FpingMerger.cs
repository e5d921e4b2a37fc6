using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Brings what the processes said into the shards' results, and decides which targets are probed again: those without a line, once; those that lost pings while
/// this host dropped packets, three times. What stays in doubt is unknown, never down. Used by the dispatcher's loop alone.
/// </summary>
internal sealed partial class FpingMerger(string path, IResultSink sink, RouteCheck routes, FpingPace pace, TimeProvider time, ILogger logger)
{
    private const int MostDrops = 3;
    private const int MostFailures = 1;

    public void CompleteEmpty(ShardAssignment assignment) => Complete(new ShardProgress(assignment));

    /// <summary>The targets to be probed again; null when there are none.</summary>
    public FpingBucket? Merge(FpingBucketEnd end, FpingSlot slot)
    {
        if (end.Exit.IsHopeless(end.Output.Reported))
        {
            Fail(end);
            return null;
        }

        var again = new List<FpingTarget>();
        var reasons = end.Output.Reasons.ToLookup(reason => reason.Target);
        var (sent, received, obscured) = (0, 0, 0);
        for (var i = 0; i < end.Bucket.Targets.Length; i++)
        {
            var target = end.Bucket.Targets[i];
            if (target.Shard.IsClosed)
            {
                continue;
            }

            if (!end.Output.IsReported(i))
            {
                ProbeAgain(target with { Failures = target.Failures + 1 }, target.Failures < MostFailures, ReasonKind.EngineFailed, again);
                continue;
            }

            var rttsUs = end.Output.RttsUs(i);
            var lost = CountLost(rttsUs, end.Bucket.Probe.Timeout);
            var inDoubt = lost > 0 && end.MayHaveDropped;
            sent += rttsUs.Length;
            received += rttsUs.Length - lost;
            obscured += inDoubt ? lost : 0;
            if (inDoubt)
            {
                MergeInDoubt(target, rttsUs, lost, reasons[i], again);
            }
            else
            {
                MergeCertain(target, rttsUs, lost, reasons[i]);
            }
        }

        sink.Progressed(sent - obscured, received);
        Report(end, again);
        Adapt(end, slot, obscured);
        return again.Count > 0 ? new FpingBucket(end.Bucket.Probe, [.. again]) : null;
    }

    /// <summary>A reply later than the probe's timeout is lost; fping itself waits longer.</summary>
    private static int CountLost(Span<uint> rttsUs, TimeSpan timeout)
    {
        var lost = 0;
        foreach (ref var rttUs in rttsUs)
        {
            rttUs = rttUs > timeout.TotalMicroseconds ? 0 : rttUs;
            lost += rttUs == 0 ? 1 : 0;
        }

        return lost;
    }

    private void MergeCertain(FpingTarget target, ReadOnlySpan<uint> rttsUs, int lost, IEnumerable<TargetReason> reasons)
    {
        if (lost == rttsUs.Length && routes.Errno(target.Address) is not 0 and var errno)
        {
            target.Shard.Result.Because(new TargetReason(target.Index, ReasonKind.SendError, errno));
        }
        else
        {
            Write(target, rttsUs, reasons);
            for (var ping = 0; ping < rttsUs.Length; ping++)
            {
                if (rttsUs[ping] == 0)
                {
                    target.Shard.Result.Lost(target.Index, ping);
                }
            }
        }

        Settle(target);
    }

    /// <summary>The last time round, what was answered counts, and what was not counts as not sent.</summary>
    private void MergeInDoubt(FpingTarget target, ReadOnlySpan<uint> rttsUs, int lost, IEnumerable<TargetReason> reasons, List<FpingTarget> again)
    {
        target.Shard.Result.LocalDrops += lost;
        if (target.Drops == MostDrops)
        {
            Write(target, rttsUs, reasons);
        }

        ProbeAgain(target with { Drops = target.Drops + 1 }, target.Drops < MostDrops, ReasonKind.LocalDrop, again);
    }

    private static void Write(FpingTarget target, ReadOnlySpan<uint> rttsUs, IEnumerable<TargetReason> reasons)
    {
        for (var ping = 0; ping < rttsUs.Length; ping++)
        {
            if (rttsUs[ping] != 0)
            {
                target.Shard.Result.Answered(target.Index, ping, rttsUs[ping]);
            }
        }

        foreach (var reason in reasons)
        {
            target.Shard.Result.Because(reason with { Target = target.Index });
        }
    }

    private void ProbeAgain(FpingTarget target, bool worthwhile, ReasonKind otherwise, List<FpingTarget> again)
    {
        if (worthwhile)
        {
            again.Add(target);
        }
        else
        {
            target.Shard.Result.Because(new TargetReason(target.Index, otherwise));
            Settle(target);
        }
    }

    private void Settle(FpingTarget target)
    {
        if (target.Shard.Settle())
        {
            Complete(target.Shard);
        }
    }

    private void Complete(ShardProgress shard) => sink.Completed(shard.Assignment, shard.Result.Build(time.GetUtcNow()));

    private void Fail(FpingBucketEnd end)
    {
        var why = end.Exit.Explain(path, end.Output.StrangeLines);
        Log.CannotProbe(logger, why);
        foreach (var target in end.Bucket.Targets)
        {
            if (target.Shard.Close())
            {
                sink.Failed(target.Shard.Assignment, why);
            }
        }
    }

    private void Report(FpingBucketEnd end, List<FpingTarget> again)
    {
        var missing = end.Bucket.Targets.Length - end.Output.Reported;
        if (missing > 0 || !end.Exit.IsOrderly)
        {
            Log.BucketFailed(logger, end.Exit.Explain(path, end.Output.StrangeLines), missing, end.Bucket.Targets.Length, again.Count);
        }
    }

    /// <summary>Drops without a loss were replies to somebody else, of which raw sockets receive many: no reason to go slower, nor faster.</summary>
    private void Adapt(FpingBucketEnd end, FpingSlot slot, int obscured)
    {
        if (obscured > 0)
        {
            pace.Dropped(slot);
            Log.LossesInDoubt(logger, end.Drops, obscured, pace.PingsPerSecond);
        }
        else if (end.Drops == 0)
        {
            pace.Clean();
        }
    }
}
