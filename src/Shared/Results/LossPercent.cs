namespace FpingCluster.Shared.Results;

/// <summary>The loss of one target in hundredths of a percent. Only for targets with sent > 0: nothing is known of the others.</summary>
internal static class LossPercent
{
    public static int Hundredths(int sent, int received) => (int)Math.Round(10_000.0 * (sent - received) / sent);

    /// <summary>At most two decimals, none that is zero: "0", "20", "33.33", "0.5".</summary>
    public static void Write(Utf8Output output, int sent, int received)
    {
        var hundredths = Hundredths(sent, received);
        output.Write(hundredths / 100);
        if (hundredths % 100 != 0)
        {
            output.Write((byte)'.');
            output.Write((byte)('0' + hundredths % 100 / 10));
            if (hundredths % 10 != 0)
            {
                output.Write((byte)('0' + hundredths % 10));
            }
        }
    }
}
