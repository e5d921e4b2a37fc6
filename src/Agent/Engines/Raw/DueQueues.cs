namespace FpingCluster.Agent.Engines.Raw;

/// <summary>All pings of a lane that are due at some time: those to be sent again, and the followers of pings sent, a queue for each period.</summary>
internal sealed class DueQueues
{
    private readonly List<DueQueue> _followers = [];
    private readonly DueQueue _again = new(0);

    /// <summary><see cref="long.MaxValue"/> when there is none.</summary>
    public long NextAtNs
    {
        get
        {
            var next = _again.NextAtNs;
            foreach (var queue in _followers)
            {
                next = Math.Min(next, queue.NextAtNs);
            }

            return next;
        }
    }

    public bool TryTake(long nowNs, out Due due)
    {
        if (_again.TryTake(nowNs, out due))
        {
            return true;
        }

        foreach (var queue in _followers)
        {
            if (queue.TryTake(nowNs, out due))
            {
                return true;
            }
        }

        return false;
    }

    public void Again(Due due, long nowNs) => _again.Add(nowNs, due);

    public void Follow(Due due, long sentNs, long periodNs) => After(periodNs).Add(sentNs, due);

    private DueQueue After(long periodNs)
    {
        foreach (var queue in _followers)
        {
            if (queue.DelayNs == periodNs)
            {
                return queue;
            }
        }

        // Periods of jobs that are over make room for new ones.
        _followers.RemoveAll(queue => queue.Count == 0);
        var added = new DueQueue(periodNs);
        _followers.Add(added);
        return added;
    }
}
