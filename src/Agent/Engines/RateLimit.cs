namespace FpingCluster.Agent.Engines;

/// <summary>
/// The most pings per second this agent may send: the lower of its own ceiling and the coordinator's budget, and nothing once the budget's term has run out.
/// Set by the session, read by the engines; from any thread.
/// </summary>
internal sealed class RateLimit(int ceiling, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private int _budget = int.MaxValue;
    private ulong _serial;
    private ulong _keptSerial;
    private int _underWay;
    private TimeSpan _term;
    private long _runsOutAt = long.MaxValue;

    /// <summary>Raised when a new budget follows one that had run out.</summary>
    public event Action? Resumed;

    /// <summary>The agent's own ceiling (--max-rate, --rate): no coordinator can lift it.</summary>
    public int Ceiling => ceiling;

    public int PingsPerSecond => Math.Max(1, Math.Min(ceiling, Volatile.Read(ref _budget)));

    /// <summary>The budget has run out: the coordinator may have given this share to others.</summary>
    public bool IsSuspended => Volatile.Read(ref _runsOutAt) is < long.MaxValue and var end && _time.GetTimestamp() >= end;

    /// <summary>The last budget that everything keeps to.</summary>
    public ulong KeptSerial
    {
        get
        {
            lock (_gate)
            {
                return _keptSerial = _underWay <= PingsPerSecond ? _serial : _keptSerial;
            }
        }
    }

    /// <summary>What may be sent at this moment by a coordinator's leave; 0 when no coordinator ever said.</summary>
    public int Share
    {
        get
        {
            lock (_gate)
            {
                return _budget == int.MaxValue ? 0 : Math.Max(_underWay, IsSuspended ? 0 : PingsPerSecond);
            }
        }
    }

    /// <summary>A budget of zero or less lifts the coordinator's part of the limit; a term of zero has no end.</summary>
    public void SetBudget(int pingsPerSecond, ulong serial = 0, TimeSpan term = default)
    {
        bool resumes;
        lock (_gate)
        {
            // While what it replaces is still kept, for the next heartbeat.
            _keptSerial = _underWay <= PingsPerSecond ? _serial : _keptSerial;
            resumes = IsSuspended;
            Volatile.Write(ref _budget, pingsPerSecond > 0 ? pingsPerSecond : int.MaxValue);
            (_serial, _term) = (serial, term);
            SetEnd_NeedsLock();
        }

        if (resumes)
        {
            Resumed?.Invoke();
        }
    }

    /// <summary>The coordinator was heard: the term begins anew. One that has run out stays so until the next budget.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            if (!IsSuspended)
            {
                SetEnd_NeedsLock();
            }
        }
    }

    /// <summary>What an engine cannot slow any more: pings per second of the processes that run at a pace of their own.</summary>
    public void SetUnderWay(int pingsPerSecond)
    {
        lock (_gate)
        {
            _underWay = pingsPerSecond;
        }
    }

    private void SetEnd_NeedsLock() =>
        Volatile.Write(ref _runsOutAt, _term > TimeSpan.Zero ? _time.GetTimestamp() + (long)(_term.TotalSeconds * _time.TimestampFrequency) : long.MaxValue);
}
