using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>Turns a limit for each prefix into one rate for the whole cluster, which needs no bookkeeping per prefix while sending.</summary>
internal static class PrefixBudget
{
    /// <summary>
    /// Targets are sent in the order of a hash, so a prefix with k of N targets gets k/N of the pings, give or take. Staying this far below the limit
    /// on average leaves room for that scatter.
    /// </summary>
    public const double Margin = 0.8;

    /// <summary>Pings per second of the cluster at which the densest prefix keeps to its limit; null when there is nothing to limit. Takes 8 bytes for each address while it runs.</summary>
    public static int? RateFor(ReadOnlySpan<TargetAddress> addresses, PrefixLimit? limit)
    {
        if (limit is null || addresses.IsEmpty)
        {
            return null;
        }

        var rate = (double)limit.Rate * addresses.Length / DensestPrefix(addresses, limit) * Margin;
        return (int)Math.Clamp(rate, 1, int.MaxValue);
    }

    // Prefixes are compared by their hash: half the memory and a faster sort than 16 bytes; two prefixes that collide count as one, which only lowers the rate.
    private static int DensestPrefix(ReadOnlySpan<TargetAddress> addresses, PrefixLimit limit)
    {
        var maskIPv4 = UInt128.MaxValue << (32 - limit.IPv4);
        var maskIPv6 = UInt128.MaxValue << (128 - limit.IPv6);
        var prefixes = new ulong[addresses.Length];
        for (var i = 0; i < prefixes.Length; i++)
        {
            var address = addresses[i];
            prefixes[i] = new TargetAddress(address.Value & (address.IsIPv4 ? maskIPv4 : maskIPv6)).StableHash();
        }

        Array.Sort(prefixes);
        return LongestRun(prefixes);
    }

    private static int LongestRun(ulong[] sorted)
    {
        int longest = 0, run = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
