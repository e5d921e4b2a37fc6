using System.Globalization;

namespace FpingCluster.TestKit.Programs;

/// <summary>One row of a result file in CSV.</summary>
public sealed record ResultLine(string Address, int Sent, int Received, string State, string Reason, string Agent)
{
    private const string Header = "time,address,name,sent,received,loss_percent,min_ms,avg_ms,max_ms,stddev_ms,state,reason,agent";

    private static readonly int Fields = Header.Split(',').Length;

    /// <exception cref="FormatException">The header is another one, or a row has too many or too few fields. Quoted fields are not understood.</exception>
    public static IReadOnlyList<ResultLine> ReadAll(string path)
    {
        using var lines = File.ReadLines(path).GetEnumerator();
        if (!lines.MoveNext() || lines.Current != Header)
        {
            throw new FormatException($"{path} does not begin with the header '{Header}'");
        }

        var rows = new List<ResultLine>();
        while (lines.MoveNext())
        {
            rows.Add(Parse(lines.Current));
        }

        return rows;
    }

    private static ResultLine Parse(string line)
    {
        var fields = line.Split(',');
        return fields.Length == Fields
            ? new ResultLine(fields[1], Number(fields[3]), Number(fields[4]), fields[10], fields[11], fields[12])
            : throw new FormatException($"not {Fields} fields: {line}");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
