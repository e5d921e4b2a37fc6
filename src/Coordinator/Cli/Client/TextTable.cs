using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Aligned columns for people: numbers to the right, states in colour where that is wanted.</summary>
internal sealed class TextTable(params string[] titles)
{
    public const string State = "STATE";

    private readonly List<string[]> _rows = [];

    /// <summary>Agents choose their names; none may move the cursor of who looks at them.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => PlainText.Of(cell))]);

    public void WriteTo(TextWriter output, bool colour)
    {
        var columns = Enumerable.Range(0, titles.Length).ToList();
        var widths = columns.ConvertAll(column => _rows.Select(row => row[column].Length).Append(titles[column].Length).Max());
        var right = columns.ConvertAll(column => _rows.Count > 0 && _rows.TrueForAll(row => IsNumber(row[column])));
        output.WriteLine(Line(titles, paint: false));
        foreach (var row in _rows)
        {
            output.WriteLine(Line(row, colour));
        }

        string Line(string[] cells, bool paint) => string.Join("  ", columns.Select(column =>
        {
            var text = right[column] ? cells[column].PadLeft(widths[column]) : column == titles.Length - 1 ? cells[column] : cells[column].PadRight(widths[column]);
            return paint && titles[column] == State ? Paint(cells[column], text) : text;
        })).TrimEnd();
    }

    private static bool IsNumber(string cell) => cell is "" or "-" || (char.IsAsciiDigit(cell[0]) && cell.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '%'));

    private static string Paint(string state, string text) => state switch
    {
        "connected" or "closed" or "enrolled" or "valid" => $"\e[32m{text}\e[0m",
        "draining" or "running" => $"\e[33m{text}\e[0m",
        "disconnected" or "unfinished" or "expired" or "revoked" or "used up" => $"\e[31m{text}\e[0m",
        _ => text,
    };
}
