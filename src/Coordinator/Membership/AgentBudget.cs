using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Membership;

/// <summary>
/// What an agent was told to send at most in its present session, and what it may be sending until it says that it keeps to the last word: a lower budget takes
/// nothing from it before that.
/// </summary>
internal sealed class AgentBudget
{
    private readonly Queue<(ulong Serial, int PingsPerSecond)> _unconfirmed = new();
    private int _kept;

    /// <summary>Pings per second; 0 until this session was told, or while there is nothing left for it.</summary>
    public int Told { get; private set; }

    /// <summary>Whether this session was told any.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Of the last budget told.</summary>
    public ulong Serial { get; private set; }

    /// <summary>Its part of what one prefix may get; null: no limit.</summary>
    public PrefixRate? PerPrefix { get; private set; }

    /// <summary>Whether the last budget told runs out in silence.</summary>
    public bool RunsOut { get; private set; }

    /// <summary>The most pings per second that it may be sending.</summary>
    public int Held => _unconfirmed.Select(told => told.PingsPerSecond).Append(_kept).Max();

    /// <param name="kept">What it says it may be sending since before.</param>
    public void BeginSession(int kept)
    {
        _unconfirmed.Clear();
        (IsTold, Told, PerPrefix, RunsOut, _kept) = (false, 0, null, false, kept);
    }

    public void Tell(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, bool runsOut)
    {
        (IsTold, Serial, Told, PerPrefix, RunsOut) = (true, serial, pingsPerSecond, perPrefix, runsOut);
        _unconfirmed.Enqueue((serial, pingsPerSecond));
    }

    /// <summary>It keeps to this budget; those before it are over.</summary>
    public void Confirm(ulong serial)
    {
        while (_unconfirmed.TryPeek(out var told) && told.Serial <= serial)
        {
            _kept = _unconfirmed.Dequeue().PingsPerSecond;
        }
    }
}
