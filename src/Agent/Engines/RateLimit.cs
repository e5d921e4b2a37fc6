namespace FpingCluster.Agent.Engines;

/// <summary>
/// The most pings per second this agent may send: the lower of its own ceiling and the coordinator's budget, and nothing once the budget's term has run out.
/// Set by the session, read by the engines; from any thread.
/// </summary>
internal sealed class RateLimit(int ceiling, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _startedAt = (time ?? TimeProvider.System).GetTimestamp();
    private readonly Lock _gate = new();
    private int _budget = int.MaxValue;
    private ulong _serial;
    private ulong _keptSerial;
    private int _underWay;
    private long _runsOutAt = long.MaxValue;

    /// <summary>Raised when a new budget follows one that had run out.</summary>
    public event Action? Resumed;

    /// <summary>The agent's own ceiling (--max-rate, --rate): no coordinator can lift it.</summary>
    public int Ceiling => ceiling;

    public int PingsPerSecond => Math.Max(1, Math.Min(ceiling, Volatile.Read(ref _budget)));

    /// <summary>Monotonic, above 0.</summary>
    public ulong ClockMs => 1 + (ulong)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

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
    /// <param name="heardMs">The <see cref="ClockMs"/> from which the term counts: of the last word that the coordinator had heard from here. 0: of this moment.</param>
    public void SetBudget(int pingsPerSecond, ulong serial = 0, TimeSpan term = default, ulong heardMs = 0)
    {
        bool resumes;
        lock (_gate)
        {
            // While what it replaces is still kept, for the next heartbeat.
            _keptSerial = _underWay <= PingsPerSecond ? _serial : _keptSerial;
            resumes = IsSuspended;
            Volatile.Write(ref _budget, pingsPerSecond > 0 ? pingsPerSecond : int.MaxValue);
            _serial = serial;
            Volatile.Write(ref _runsOutAt, term > TimeSpan.Zero ? After(heardMs, term) : long.MaxValue);
            resumes &= !IsSuspended;
        }

        if (resumes)
        {
            Resumed?.Invoke();
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

    private long After(ulong clockMs, TimeSpan term)
    {
        var begun = clockMs is 0 || clockMs > ClockMs ? ClockMs : clockMs;
        return _startedAt + (long)((begun - 1 + term.TotalMilliseconds) / 1000 * _time.TimestampFrequency);
    }
}
