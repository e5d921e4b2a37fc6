using System.Buffers;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Tells texts that were meant as addresses from host names, and says what is wrong with them.</summary>
internal static class AddressDiagnosis
{
    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t;|");
    private static readonly SearchValues<char> RangeOfIPv4 = SearchValues.Create("0123456789.- \t");

    /// <summary>What is wrong and the remedy; null when the text was not meant as an address.</summary>
    public static string? FindProblem(ReadOnlySpan<char> text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return "it is a URL; write its host alone";
        }

        if (text.ContainsAny(Separators) && !IsMeantAsRange(text))
        {
            return "one address or name belongs on a line; separate columns with commas";
        }

        if (text.IndexOf('/') is var slash and >= 0)
        {
            return ProblemOfCidr(text[..slash].Trim(), text[(slash + 1)..].Trim());
        }

        if (IsMeantAsRange(text))
        {
            var dash = text.IndexOf('-');
            return ProblemOfRange(text[..dash].Trim(), text[(dash + 1)..].Trim());
        }

        return text.Contains(':') ? ProblemOfIPv6(text) : ProblemOfIPv4(text);
    }

    private static string ProblemOfCidr(ReadOnlySpan<char> address, ReadOnlySpan<char> prefix)
    {
        if (!TargetAddress.TryParse(address, out var parsed))
        {
            return FindProblem(address) ?? $"before '/' stands {Quoted.Text(address.ToString())}; write a CIDR like 10.0.0.0/24";
        }

        return $"the prefix length is {Quoted.Text(prefix.ToString())}; write a number from 0 to {(parsed.IsIPv4 ? 32 : 128)}";
    }

    // A host name may have dashes too, but a range has only what addresses have.
    private static bool IsMeantAsRange(ReadOnlySpan<char> text) =>
        text.Contains('-') && (text.Contains(':') || !text.ContainsAnyExcept(RangeOfIPv4));

    private static string ProblemOfRange(ReadOnlySpan<char> first, ReadOnlySpan<char> last)
    {
        if (!TargetAddress.TryParse(first, out var from))
        {
            return FindProblem(first)
                ?? $"the range begins with {Quoted.Text(first.ToString())}; write two addresses like 10.0.0.1-10.0.0.9";
        }

        if (!TargetAddress.TryParse(last, out var to))
        {
            return $"the range ends with {Quoted.Text(last.ToString())}; write the whole last address, like 10.0.0.1-10.0.0.9";
        }

        return from.IsIPv4 != to.IsIPv4
            ? "the range begins in one address family and ends in the other; write two ranges"
            : "the range ends before it begins; swap the addresses";
    }

    private static string ProblemOfIPv6(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny('[', ']'))
        {
            return "an IPv6 address stands without brackets and port; remove them";
        }

        if (text.Contains('%'))
        {
            return "an address with a scope means another host on every machine; write a global address";
        }

        return text.Count(':') == 1
            ? "a port cannot be pinged; remove it"
            : "write IPv6 as hexadecimal groups like 2001:db8::1, with one '::' at most";
    }

    private static string? ProblemOfIPv4(ReadOnlySpan<char> text)
    {
        if (!IsMeantAsIPv4(text))
        {
            return null;
        }

        const string Remedy = "; write four numbers from 0 to 255";
        var count = text.Count('.') + 1;
        var number = 0;
        foreach (var part in text.Split('.'))
        {
            number++;
            var octet = text[part];
            if (octet.IsEmpty || octet.ContainsAnyExceptInRange('0', '9') || octet.Length > 3 || int.Parse(octet) > 255)
            {
                return $"octet {number} is {Quoted.Text(octet.ToString())}{Remedy}";
            }

            if (octet.Length > 1 && octet[0] == '0')
            {
                return $"octet {number} is '{octet}', which some programs read as octal; write it without leading zeros";
            }
        }

        return $"it has {count} {(count == 1 ? "octet" : "octets")}{Remedy}";
    }

    /// <summary>
    /// Digits and dots alone are never a host name. Nor are numbers before a last part that begins with a digit or is one character
    /// ("1.2.3.4x", "10.0.0.x"): no domain ends so, and a slip of the finger would silently become a name that nobody answers to.
    /// </summary>
    private static bool IsMeantAsIPv4(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExcept(DigitsAndDots))
        {
            return true;
        }

        var dot = text.LastIndexOf('.');
        var last = text[(dot + 1)..];
        return dot > 0 && !text[..dot].ContainsAnyExcept(DigitsAndDots) && last.Length > 0 && (last.Length == 1 || char.IsAsciiDigit(last[0]));
    }
}
