using System.Globalization;
using System.Text;
using FpingCluster.Benchmarks.Runs;

namespace FpingCluster.Benchmarks.Lists;

/// <summary>Writes target lists of distinct addresses of 10.0.0.0/8, in no order.</summary>
internal static class ListFile
{
    private const uint Network = 10u << 24;
    private const uint HostMask = 0x00FF_FFFF;

    /// <summary>Odd, so that i * Stride modulo 2^24 comes to each host once.</summary>
    private const uint Stride = 10_368_889;

    public static void WritePlain(string path, int lines) => Write(path, "", lines, (writer, _, address) => writer.WriteLine(address));

    public static void WriteWithColumns(string path, int lines) => Write(
        path,
        "address,name,site\n",
        lines,
        (writer, i, address) => writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{address},device-{i:D8},site-{i % 100}")));

    private static void Write(string path, string header, int lines, Action<StreamWriter, int, string> writeLine)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), bufferSize: 1 << 20) { NewLine = "\n" };
        writer.Write(header);
        for (var i = 0; i < lines; i++)
        {
            writeLine(writer, i, TargetRange.Address(Network | ((uint)i * Stride & HostMask)).ToString());
        }
    }
}
