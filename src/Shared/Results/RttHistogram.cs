using System.Numerics;

namespace FpingCluster.Shared.Results;

/// <summary>
/// Round-trip times in a fixed 30 KB, however many there are: 128 equal steps per power of two, so a percentile is within 0.4 % of the truth.
/// Minimum, average and maximum are exact.
/// </summary>
internal sealed class RttHistogram
{
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(32 - StepBits + 1) * Steps];
    private uint _min = uint.MaxValue;
    private uint _max;
    private ulong _sum;

    public long Count { get; private set; }

    public void Add(uint microseconds)
    {
        _counts[StepOf(microseconds)]++;
        _min = Math.Min(_min, microseconds);
        _max = Math.Max(_max, microseconds);
        _sum += microseconds;
        Count++;
    }

    public void Add(RttHistogram other)
    {
        for (var step = 0; step < _counts.Length; step++)
        {
            _counts[step] += other._counts[step];
        }

        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>Null while it is empty.</summary>
    public RttSummary? Summarize() => Count == 0
        ? null
        : new RttSummary(_min / 1e3, (double)_sum / Count / 1e3, Percentile(0.50) / 1e3, Percentile(0.99) / 1e3, _max / 1e3);

    private double Percentile(double fraction)
    {
        var rank = (long)Math.Ceiling(fraction * Count);
        var seen = 0L;
        for (var step = 0; ; step++)
        {
            seen += _counts[step];
            if (seen >= rank)
            {
                return Math.Clamp(MiddleOf(step), _min, _max);
            }
        }
    }

    // Below 2 * Steps every value has its own step; above, step = exponent part * Steps + the 7 bits after the leading one.
    private static int StepOf(uint value)
    {
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - StepBits);
        return shift * Steps + (int)(value >> shift);
    }

    private static double MiddleOf(int step)
    {
        var shift = Math.Max(0, step / Steps - 1);
        var first = (ulong)(step - shift * Steps) << shift;
        return first + ((1ul << shift) - 1) / 2.0;
    }
}
