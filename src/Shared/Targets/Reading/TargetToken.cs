using System.Text;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>What stands in the address column: addresses, a host name, or junk with the reason why.</summary>
internal readonly record struct TargetToken(TokenKind Kind, AddressRange Range = default, string Text = "")
{
    // The longest that can be right is a range of two IPv6 addresses or a host name; longer texts are junk whatever they hold.
    private const int MaxChars = 256;

    public static TargetToken Parse(ReadOnlySpan<byte> utf8)
    {
        if (TargetAddress.TryParseIPv4(utf8, out var address))
        {
            return Check(new AddressRange(address, address));
        }

        if (utf8.Length > MaxChars)
        {
            return Junk($"{Quoted.Text(utf8)} is no target: it has {utf8.Length} bytes; write one address, CIDR, range a-b or host name");
        }

        Span<char> buffer = stackalloc char[MaxChars];
        return Parse(buffer[..Encoding.UTF8.GetChars(utf8, buffer)]);
    }

    private static TargetToken Parse(ReadOnlySpan<char> text)
    {
        if (AddressRange.TryParse(text, out var range))
        {
            return Check(range);
        }

        if (AddressDiagnosis.FindProblem(text) is { } problem)
        {
            return Junk($"{Quoted.Text(text.ToString())} is no address: {problem}");
        }

        return HostNameRules.FindProblem(text) is { } nameProblem
            ? Junk($"{Quoted.Text(text.ToString())} is neither an address nor a host name: {nameProblem}")
            : new TargetToken(TokenKind.HostName, Text: text.TrimEnd('.').ToString());
    }

    private static TargetToken Check(AddressRange range)
    {
        var tooMany = range.Last.Value - range.First.Value >= TargetListLimits.RangeAddresses
            ? $"{range} has more than {TargetListLimits.RangeAddresses:N0} addresses, the most one line may stand for; split it"
            : null;
        var forbidden = FindForbidden(range);
        return tooMany is null && forbidden is null
            ? new TargetToken(TokenKind.Addresses, range)
            : Junk(tooMany is null || forbidden is null ? tooMany + forbidden : $"{tooMany}; {forbidden}");
    }

    private static string? FindForbidden(AddressRange range)
    {
        if (!NeverPinged.TryFind(range, out var address, out var kind))
        {
            return null;
        }

        return range.First == range.Last
            ? $"{address} is {kind}, which is never pinged; remove it"
            : $"{range} holds {address}, {kind}, which is never pinged; leave it out of the range";
    }

    private static TargetToken Junk(string problem) => new(TokenKind.Junk, Text: problem);
}
