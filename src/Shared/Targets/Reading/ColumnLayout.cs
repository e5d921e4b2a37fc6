using System.Text;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Which column of a text is what.</summary>
internal sealed class ColumnLayout
{
    private const string AddressHeader = "address";
    private const string NameHeader = "name";

    // What people call the address column elsewhere; without this such a header would pass for a host name.
    private static readonly string[] OtherHeaders =
        ["ip", "ips", "ip_address", "ip address", "ipaddress", "ipv4", "ipv6", "addr", "addresses", "hostname"];

    private readonly string[]? _header;

    private ColumnLayout(string[]? header)
    {
        _header = header;
        Address = header is null ? 0 : IndexOf(header, AddressHeader);
        Name = header is null ? 1 : IndexOf(header, NameHeader);
    }

    /// <summary>
    /// Without a header: the address, the name, and labels called label2, label3 and so on. pyfping's "1.1.1.1,site" is of this kind: its
    /// site becomes the name, for that is in every output, and labels are not.
    /// </summary>
    public static ColumnLayout WithoutHeader { get; } = new(null);

    public int Address { get; }

    /// <summary>-1 when there is none.</summary>
    public int Name { get; }

    /// <summary>How many columns a line may have.</summary>
    public int Columns => _header?.Length ?? FieldSplitter.MaxFields;

    public bool IsLabel(int column) => column != Address && column != Name;

    public string LabelOf(int column) => _header?[column] ?? $"label{column}";

    /// <summary>Whether the first row of a text names its columns; otherwise it is a row like the others.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line, FieldSplitter fields) => IndexOf(Texts(line, fields), AddressHeader) >= 0;

    /// <summary>The problem of a first row that is no header but looks like one; null when there is none.</summary>
    public static string? FindMisnamedHeader(ReadOnlySpan<byte> line, FieldSplitter fields)
    {
        var first = Encoding.UTF8.GetString(fields.Field(line, 0));
        return OtherHeaders.Contains(first, StringComparer.OrdinalIgnoreCase)
            ? $"the first row looks like a header, but has no column '{AddressHeader}'; call the column {Quoted.Text(first)} so"
            : null;
    }

    public static ColumnLayout FromHeader(ReadOnlySpan<byte> line, FieldSplitter fields, List<string> problems)
    {
        var header = Texts(line, fields);
        for (var column = 0; column < header.Length; column++)
        {
            if (header[column].Length == 0)
            {
                problems.Add($"column {column + 1} of the header has no name; name it or remove the column");
            }
            else if (Encoding.UTF8.GetByteCount(header[column]) > TargetListLimits.TextBytes)
            {
                problems.Add($"the name of column {column + 1} has more than {TargetListLimits.TextBytes} bytes; shorten it");
            }
            else if (IndexOf(header, header[column]) < column)
            {
                problems.Add($"the header names {Quoted.Text(header[column])} twice; rename one of the columns");
            }
        }

        return new ColumnLayout(header);
    }

    private static string[] Texts(ReadOnlySpan<byte> line, FieldSplitter fields)
    {
        var texts = new string[fields.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetString(fields.Field(line, i));
        }

        return texts;
    }

    private static int IndexOf(string[] header, string name) =>
        Array.FindIndex(header, text => text.Equals(name, StringComparison.OrdinalIgnoreCase));
}
