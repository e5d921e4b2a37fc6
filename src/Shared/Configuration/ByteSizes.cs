using System.Buffers;
using System.Globalization;

namespace FpingCluster.Shared.Configuration;

/// <summary>Sizes as people write them: a whole number and a unit, "64KiB", "512MiB", "1GiB"; 0 needs none.</summary>
public static class ByteSizes
{
    private static readonly (string Unit, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        text = text.Trim();
        if (text == "0")
        {
            return true;
        }

        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        if (digits <= 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        foreach (var (unit, size) in Units)
        {
            if (text.AsSpan(digits).SequenceEqual(unit) && number <= long.MaxValue / size)
            {
                bytes = number * size;
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest exact spelling, of a size that has one.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = Array.FindLast(Units, unit => bytes % unit.Bytes == 0);
        return bytes == 0 ? "0" : (bytes / size).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
