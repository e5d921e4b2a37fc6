using System.Runtime.InteropServices;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>Gives each prefix its pings at an even pace, where there is a limit for prefixes: one after the other, without a burst. Shared by all lanes; from any thread.</summary>
internal sealed class PrefixPacer(IEngineRate rate)
{
    private const double Second = 1_000_000_000;

    // So many prefixes are remembered before those whose turn has passed are forgotten.
    private const int MostIdle = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<TargetAddress, long> _nextNs = [];
    private int _sweepAt = MostIdle;

    /// <summary>When the next ping to this address may leave, as far as its prefix is concerned. That turn is taken.</summary>
    public long TakeTurn(TargetAddress address, long nowNs)
    {
        if (rate.PerPrefix is not { } limit)
        {
            return nowNs;
        }

        lock (_gate)
        {
            if (_nextNs.Count >= _sweepAt)
            {
                Sweep(nowNs);
            }

            ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(_nextNs, limit.PrefixOf(address), out var isKnown);
            var turn = isKnown ? Math.Max(next, nowNs) : nowNs;
            next = turn + (long)Math.Ceiling(Second / limit.PingsPerSecond);
            return turn;
        }
    }

    private void Sweep(long nowNs)
    {
        foreach (var (prefix, next) in _nextNs)
        {
            if (next <= nowNs)
            {
                _nextNs.Remove(prefix);
            }
        }

        _sweepAt = Math.Max(MostIdle, 2 * _nextNs.Count);
    }
}
