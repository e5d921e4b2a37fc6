using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Protocol;

public static class PrefixRateCodec
{
    private const double Milli = 1_000;

    public static PrefixShare Encode(PrefixRate rate) => new()
    {
        Ipv4Bits = (uint)rate.IPv4,
        Ipv6Bits = (uint)rate.IPv6,
        // Cut off, so that the sum of all shares is never above the limit.
        MillipingsPerSecond = (uint)Math.Clamp(rate.PingsPerSecond * Milli, 1, uint.MaxValue),
    };

    /// <summary>False for what is no prefix or no rate.</summary>
    public static bool TryDecode(PrefixShare share, out PrefixRate rate)
    {
        var isSound = share is { Ipv4Bits: >= 1 and <= PrefixRate.MaxIPv4, Ipv6Bits: >= 1 and <= PrefixRate.MaxIPv6, MillipingsPerSecond: > 0 };
        rate = isSound ? new PrefixRate((int)share.Ipv4Bits, (int)share.Ipv6Bits, share.MillipingsPerSecond / Milli) : default;
        return isSound;
    }
}
