using System.Globalization;

namespace FpingCluster.Benchmarks.Reporting;

/// <summary>Several measurements of one thing.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> measurements)
    {
        double[] sorted = [.. measurements.Order()];
        var middle = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>"median (least-most)"; the median alone where all agree.</summary>
    public string ToString(string format) => Format(Min, format) == Format(Max, format)
        ? Format(Median, format)
        : $"{Format(Median, format)} ({Format(Min, format)}-{Format(Max, format)})";

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
