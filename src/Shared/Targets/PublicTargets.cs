using System.Globalization;

namespace FpingCluster.Shared.Targets;

/// <summary>How many addresses of a list are other people's to all appearances, and where they begin.</summary>
/// <param name="FirstPrefixes">A few prefixes of them, in the order of the list.</param>
public sealed record PublicTargets(int Count, IReadOnlyList<AddressRange> FirstPrefixes)
{
    /// <summary>More than this in one list is pinged only when somebody says that they may be.</summary>
    public const int Most = 1_000_000;

    private const int NamedPrefixes = 3;

    // Of private use, shared, local, reserved, for documentation or measurement: the special-purpose registries for IPv4 and IPv6.
    private static readonly AddressSet Special = new(Array.ConvertAll(
        (string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "2001:db8::/32", "3fff::/20",
            "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        ],
        text => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text)));

    private static readonly PrefixRate Named = new(16, 32, 0);

    public bool AreTooMany => Count > Most;

    public static PublicTargets In(ReadOnlySpan<TargetAddress> addresses)
    {
        var count = 0;
        var first = new List<TargetAddress>();
        foreach (var address in addresses)
        {
            if (Special.Contains(address))
            {
                continue;
            }

            count++;
            if (first.Count < NamedPrefixes && Named.PrefixOf(address) is var prefix && !first.Contains(prefix))
            {
                first.Add(prefix);
            }
        }

        return new PublicTargets(count, first.ConvertAll(RangeOf));
    }

    /// <param name="how">The option or key that says so.</param>
    public string Refusal(string how) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count:N0} of the addresses are public (among them {string.Join(", ", FirstPrefixes)}); more than {Most:N0} are pinged only when they are yours, or their owners " +
        $"agreed: say so with {how}, or shorten the list");

    private static AddressRange RangeOf(TargetAddress prefix)
    {
        var bits = prefix.IsIPv4 ? PrefixRate.MaxIPv4 - Named.IPv4 : PrefixRate.MaxIPv6 - Named.IPv6;
        return new AddressRange(prefix, new TargetAddress(prefix.Value | ((UInt128.One << bits) - 1)));
    }
}
