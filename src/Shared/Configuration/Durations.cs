using System.Buffers;
using System.Globalization;

namespace FpingCluster.Shared.Configuration;

/// <summary>Durations as people write them: a number and a unit, "500ms", "1.5s", "60s", "5m", "1h", "7d", "250us".</summary>
public static class Durations
{
    private static readonly (string Unit, double Microseconds)[] Units =
        [("us", 1), ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3600e6), ("d", 86400e6)];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        var digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        foreach (var (unit, microseconds) in Units)
        {
            if (text.AsSpan(digits).SequenceEqual(unit) && number * microseconds < TimeSpan.FromDays(3650).TotalMicroseconds)
            {
                duration = TimeSpan.FromMicroseconds(number * microseconds);
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest exact spelling: "500ms" rather than "0.5s".</summary>
    public static string Format(TimeSpan duration)
    {
        var microseconds = duration.TotalMicroseconds;
        var (unit, size) = Units[0];
        foreach (var (nextUnit, nextSize) in Units)
        {
            if (microseconds != 0 && microseconds % nextSize == 0)
            {
                (unit, size) = (nextUnit, nextSize);
            }
        }

        return microseconds == 0 ? "0ms" : (microseconds / size).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
