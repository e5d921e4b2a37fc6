namespace FpingCluster.Agent.Engines.Fping;

/// <summary>fping's milliseconds as microseconds, by whole numbers throughout. fping prints %.3f, %.2f, %.1f, %.0f, %.3e, and %.2g when negative.</summary>
internal static class FpingNumber
{
    private const ulong Largest = uint.MaxValue - 1;
    private const int MostDigits = 18;

    /// <summary>Half a microsecond is rounded up; a negative time (the clock was set back meanwhile) is 0.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint microseconds)
    {
        microseconds = 0;
        var negative = text.Length > 0 && text[0] == '-';
        text = negative ? text[1..] : text;
        var exponent = 3;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            if (!TryParseExponent(text[(mark + 1)..], out var power))
            {
                return false;
            }

            exponent += power;
            text = text[..mark];
        }

        if (!TryParseMantissa(text, ref exponent, out var mantissa))
        {
            return false;
        }

        microseconds = negative ? 0 : Scale(mantissa, exponent);
        return true;
    }

    private static bool TryParseMantissa(ReadOnlySpan<byte> text, ref int exponent, out ulong mantissa)
    {
        mantissa = 0;
        var digits = 0;
        var inFraction = false;
        foreach (var c in text)
        {
            if (c == '.' && !inFraction)
            {
                inFraction = true;
            }
            else if (c is >= (byte)'0' and <= (byte)'9' && ++digits <= MostDigits)
            {
                mantissa = mantissa * 10 + (ulong)(c - '0');
                exponent -= inFraction ? 1 : 0;
            }
            else
            {
                return false;
            }
        }

        return digits > 0;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        var negative = text.Length > 0 && text[0] == '-';
        text = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            exponent = exponent * 10 + (c - '0');
        }

        exponent = negative ? -exponent : exponent;
        return text.Length is 1 or 2 or 3;
    }

    private static uint Scale(ulong value, int exponent)
    {
        for (; exponent > 0 && value is > 0 and <= Largest; exponent--)
        {
            value *= 10;
        }

        for (; exponent < -1 && value > 0; exponent++)
        {
            value /= 10;
        }

        return (uint)Math.Min(Largest, exponent == -1 ? (value + 5) / 10 : value);
    }
}
