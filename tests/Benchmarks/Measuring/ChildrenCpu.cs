using System.Globalization;

namespace FpingCluster.Benchmarks.Measuring;

/// <summary>CPU time of all ended children of this process, with their ended children and so on.</summary>
internal static class ChildrenCpu
{
    /// <summary>Counted after the parenthesis that ends the program's name, which may hold spaces (proc(5): cutime is field 16).</summary>
    private const int UserTicksField = 13;

    public static TimeSpan Read()
    {
        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return ClockTicks.ToTime(Number(fields[UserTicksField]) + Number(fields[UserTicksField + 1]));
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
