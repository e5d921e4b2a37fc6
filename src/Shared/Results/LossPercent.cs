using System.Globalization;

namespace FpingCluster.Shared.Results;

/// <summary>The loss of one target in percent. Only for targets with sent > 0: nothing is known of the others.</summary>
internal static class LossPercent
{
    public const int LongestText = 16;

    /// <summary>At most two decimals, none that is zero: "0", "20", "33.33", "0.5".</summary>
    /// <param name="destination">At least <see cref="LongestText"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(int sent, int received, Span<byte> destination)
    {
        var hundredths = (int)Math.Round(10_000.0 * (sent - received) / sent);
        (hundredths / 100).TryFormat(destination, out var length, default, CultureInfo.InvariantCulture);
        if (hundredths % 100 != 0)
        {
            destination[length++] = (byte)'.';
            destination[length++] = (byte)('0' + hundredths % 100 / 10);
            if (hundredths % 10 != 0)
            {
                destination[length++] = (byte)('0' + hundredths % 10);
            }
        }

        return length;
    }
}
