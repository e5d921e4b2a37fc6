using System.Globalization;
using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Results;

/// <summary>Microseconds as milliseconds with three decimals, as every output for people shows round-trip times.</summary>
internal static class Milliseconds
{
    public const int LongestText = 24;

    /// <param name="destination">At least <see cref="LongestText"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Format(long microseconds, Span<byte> destination)
    {
        (microseconds / 1000).TryFormat(destination, out var length, default, CultureInfo.InvariantCulture);
        var fraction = (int)(microseconds % 1000);
        destination[length] = (byte)'.';
        destination[length + 1] = (byte)('0' + fraction / 100);
        destination[length + 2] = (byte)('0' + fraction / 10 % 10);
        destination[length + 3] = (byte)('0' + fraction % 10);
        return length + 4;
    }

    /// <summary>The same as a JSON number, without zeros at its end: "12.5", "0.007", "12".</summary>
    /// <param name="destination">At least <see cref="LongestText"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int FormatShort(long microseconds, Span<byte> destination)
    {
        var length = Format(microseconds, destination);
        while (destination[length - 1] == (byte)'0')
        {
            length--;
        }

        return destination[length - 1] == (byte)'.' ? length - 1 : length;
    }
}
