using System.Runtime.CompilerServices;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines;

/// <summary>
/// The most pings per second this agent may send: the lower of its own ceiling and the coordinator's budget, and nothing once the budget's term has run out.
/// Set by the session, read by the engines; from any thread.
/// </summary>
internal sealed class RateLimit(int ceiling, TimeProvider? time = null) : IEngineRate
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _startedAt = (time ?? TimeProvider.System).GetTimestamp();
    private readonly Lock _gate = new();
    private int _budget = int.MaxValue;
    private ulong _serial;
    private ulong _keptSerial;
    private int _underWay;
    private long _runsOutAt = long.MaxValue;
    private volatile EngineRate[] _parts = [];
    private volatile StrongBox<PrefixRate>? _perPrefix;

    /// <summary>Raised when a new budget follows one that had run out or was none.</summary>
    public event Action? Resumed;

    /// <summary>The agent's own ceiling (--max-rate, --rate): no coordinator can lift it.</summary>
    public int Ceiling => ceiling;

    public int PingsPerSecond => Math.Max(1, Math.Min(ceiling, Volatile.Read(ref _budget)));

    /// <summary>Monotonic, above 0.</summary>
    public ulong ClockMs => 1 + (ulong)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>The coordinator's limit, as far as it is this agent's part.</summary>
    public PrefixRate? PerPrefix => _perPrefix?.Value;

    /// <summary>The budget has run out, so that the coordinator may have given this share to others, or is none.</summary>
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
    public void SetBudget(int pingsPerSecond, ulong serial = 0, TimeSpan term = default, ulong heardMs = 0, PrefixRate? perPrefix = null) =>
        Set(pingsPerSecond, serial, term > TimeSpan.Zero ? After(heardMs, term) : long.MaxValue, perPrefix);

    /// <summary>Nothing may be sent until the next budget.</summary>
    public void SetNothing(ulong serial) => Set(1, serial, runsOutAt: long.MinValue, perPrefix: null);

    /// <summary>One more engine that shares this rate with the others.</summary>
    public EngineRate NewPart()
    {
        lock (_gate)
        {
            var part = new EngineRate(this);
            _parts = [.. _parts, part];
            return part;
        }
    }

    /// <summary>What an engine may send now; what does not divide evenly goes to the first of them.</summary>
    public int PartOf(EngineRate part)
    {
        var (busy, before, others) = (1, 0, 0);
        var isBefore = true;
        foreach (var other in _parts)
        {
            if (other == part)
            {
                isBefore = false;
            }
            else if (other.IsBusy)
            {
                busy++;
                before += isBefore ? 1 : 0;
                others += other.UnderWay;
            }
        }

        var whole = PingsPerSecond;
        return Math.Clamp(whole - others, 0, whole / busy + (before < whole % busy ? 1 : 0));
    }

    public int SumUnderWay() => _parts.Sum(part => part.UnderWay);

    private void Set(int pingsPerSecond, ulong serial, long runsOutAt, PrefixRate? perPrefix)
    {
        bool resumes;
        lock (_gate)
        {
            // While what it replaces is still kept, for the next heartbeat.
            _keptSerial = _underWay <= PingsPerSecond ? _serial : _keptSerial;
            resumes = IsSuspended;
            Volatile.Write(ref _budget, pingsPerSecond > 0 ? pingsPerSecond : int.MaxValue);
            _serial = serial;
            Volatile.Write(ref _runsOutAt, runsOutAt);
            _perPrefix = perPrefix is { } limit ? new StrongBox<PrefixRate>(limit) : null;
            resumes &= !IsSuspended;
        }

        if (resumes)
        {
            Resumed?.Invoke();
        }
    }

    /// <summary>Of all engines.</summary>
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
