namespace FpingCluster.Shared.Targets;

/// <summary>The most pings per second to any one prefix, with the length of a prefix in bits for each family.</summary>
public readonly record struct PrefixRate(int IPv4, int IPv6, double PingsPerSecond)
{
    public const int MaxIPv4 = 32, MaxIPv6 = 128;

    /// <summary>The first address of the prefix.</summary>
    public TargetAddress PrefixOf(TargetAddress address) =>
        new(address.Value & (UInt128.MaxValue << (address.IsIPv4 ? MaxIPv4 - IPv4 : MaxIPv6 - IPv6)));
}
