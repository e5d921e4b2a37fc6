using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Results;

/// <summary>Round-trip times of one target in one round, in whole microseconds; meaningless when <see cref="Received"/> is 0. The deviation is the population's.</summary>
public readonly record struct RowRtts(int Received, uint MinUs, uint AvgUs, uint MaxUs, uint StddevUs)
{
    /// <param name="rttsUs">0 = lost.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowRtts Of(ReadOnlySpan<uint> rttsUs)
    {
        var (received, min, max, sum) = (0, uint.MaxValue, 0u, 0ul);
        foreach (var rtt in rttsUs)
        {
            if (rtt > 0)
            {
                received++;
                min = Math.Min(min, rtt);
                max = Math.Max(max, rtt);
                sum += rtt;
            }
        }

        if (received == 0)
        {
            return default;
        }

        var mean = (double)sum / received;
        var squares = 0.0;
        foreach (var rtt in rttsUs)
        {
            squares += rtt > 0 ? (rtt - mean) * (rtt - mean) : 0;
        }

        return new RowRtts(received, min, (uint)Math.Round(mean), max, (uint)Math.Round(Math.Sqrt(squares / received)));
    }
}
