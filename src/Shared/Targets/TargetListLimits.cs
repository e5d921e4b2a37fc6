namespace FpingCluster.Shared.Targets;

/// <summary>What a target list may hold; each bound keeps a mistake (a /8 for a /18, a binary file) from filling the memory.</summary>
public static class TargetListLimits
{
    public const int Targets = 20_000_000;

    /// <summary>Addresses of one CIDR or range: a /8, or a /104 of IPv6.</summary>
    public const int RangeAddresses = 1 << 24;

    public const int HostNames = 1_000_000;

    public const int LineBytes = 64 * 1024;

    /// <summary>A name or the value of a label, as UTF-8. Not above 255: the length is kept in a byte.</summary>
    public const int TextBytes = 255;

    public const int Labels = 32;

    /// <summary>Different values of one label: a label groups targets, what is unique to each belongs into the name.</summary>
    public const int LabelValues = 1_000_000;
}
