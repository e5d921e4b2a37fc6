namespace FpingCluster.Shared.Targets;

/// <summary>Addresses that are no single host, or none at all. No setting allows them.</summary>
public static class NeverPinged
{
    private static readonly (AddressRange Range, string Kind)[] Kinds =
    [
        (Block("0.0.0.0", "0.255.255.255"), "an address of 0.0.0.0/8 (\"this network\")"),
        (Block("224.0.0.0", "239.255.255.255"), "a multicast address (224.0.0.0/4)"),
        (Block("255.255.255.255", "255.255.255.255"), "the broadcast address"),
        (Block("240.0.0.0", "255.255.255.254"), "a class E address (240.0.0.0/4)"),
        (Block("::", "::"), "the unspecified address"),
        (Block("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "a multicast address (ff00::/8)"),
    ];

    /// <summary>As an exclude list.</summary>
    public static AddressSet Addresses { get; } = new(Kinds.Select(kind => kind.Range));

    /// <summary>Finds an address of the range that is never pinged and says what it is: "a multicast address (224.0.0.0/4)".</summary>
    public static bool TryFind(AddressRange range, out TargetAddress address, out string kind)
    {
        foreach (var (block, name) in Kinds)
        {
            if (range.First <= block.Last && block.First <= range.Last)
            {
                address = range.First > block.First ? range.First : block.First;
                kind = name;
                return true;
            }
        }

        (address, kind) = (default, "");
        return false;
    }

    private static AddressRange Block(string first, string last) => new(TargetAddress.Parse(first), TargetAddress.Parse(last));
}
