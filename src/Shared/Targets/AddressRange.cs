namespace FpingCluster.Shared.Targets;

/// <summary>Addresses from <paramref name="First"/> to <paramref name="Last"/>, both included, of one family.</summary>
public readonly record struct AddressRange(TargetAddress First, TargetAddress Last)
{
    public UInt128 Count => Last.Value - First.Value + 1;

    public bool Contains(TargetAddress address) => address.Value >= First.Value && address.Value <= Last.Value;

    /// <summary>Reads an address, a CIDR ("10.0.0.0/24": all its addresses) or a range ("10.0.0.1-10.0.0.9").</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressRange range)
    {
        range = default;
        var separator = text.IndexOfAny('/', '-');
        if (separator < 0)
        {
            var single = TargetAddress.TryParse(text, out var address);
            range = new AddressRange(address, address);
            return single;
        }

        if (!TargetAddress.TryParse(text[..separator].TrimEnd(), out var first))
        {
            return false;
        }

        var rest = text[(separator + 1)..].TrimStart();
        return text[separator] == '/' ? TryParsePrefix(first, rest, out range) : TryParseLast(first, rest, out range);
    }

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";

    private static bool TryParsePrefix(TargetAddress address, ReadOnlySpan<char> text, out AddressRange range)
    {
        range = default;
        var bits = address.IsIPv4 ? 32 : 128;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var prefix) || prefix > bits)
        {
            return false;
        }

        var hostMask = prefix == 0 && bits == 128 ? UInt128.MaxValue : (UInt128.One << (bits - prefix)) - 1;
        range = new AddressRange(new TargetAddress(address.Value & ~hostMask), new TargetAddress(address.Value | hostMask));
        return true;
    }

    private static bool TryParseLast(TargetAddress first, ReadOnlySpan<char> text, out AddressRange range)
    {
        range = default;
        if (!TargetAddress.TryParse(text, out var last) || last.IsIPv4 != first.IsIPv4 || last < first)
        {
            return false;
        }

        range = new AddressRange(first, last);
        return true;
    }
}
