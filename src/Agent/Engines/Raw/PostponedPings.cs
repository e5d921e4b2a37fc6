using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's pings that wait for the turn of their prefix. Each waits once: its turn is its own.</summary>
/// <param name="prefixes">Null: prefixes have no limit.</param>
internal sealed class PostponedPings(PrefixPacer? prefixes)
{
    // While so many wait no new target gets its first ping.
    private const int Most = 4_096;

    private readonly PriorityQueue<Due, long> _byTurn = new();

    public bool HasRoom => _byTurn.Count < Most;

    /// <summary><see cref="long.MaxValue"/> when none waits.</summary>
    public long NextAtNs => _byTurn.TryPeek(out _, out var turnNs) ? turnNs : long.MaxValue;

    public bool TryTake(long nowNs, out Due due)
    {
        due = default;
        return NextAtNs <= nowNs && _byTurn.TryDequeue(out due, out _);
    }

    /// <summary>Whether this ping may leave now; else it waits here.</summary>
    public bool MayLeave(Due due, TargetAddress address, long nowNs)
    {
        var turnNs = prefixes?.TakeTurn(address, nowNs) ?? nowNs;
        if (turnNs > nowNs)
        {
            _byTurn.Enqueue(due, turnNs);
        }

        return turnNs <= nowNs;
    }
}
