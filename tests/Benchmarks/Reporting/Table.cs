using System.Text;

namespace FpingCluster.Benchmarks.Reporting;

/// <summary>The first column is text, the others are numbers and stand to the right.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public IReadOnlyList<string[]> Rows => _rows;

    public void Add(params string[] cells) =>
        _rows.Add(cells.Length == columns.Length ? cells : throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns", nameof(cells)));

    public string ToText() => Lines(cells => string.Join("  ", cells).TrimEnd());

    public string ToMarkdown()
    {
        var rule = columns.Select((_, column) => column == 0 ? new string('-', Width(column)) : new string('-', Width(column) - 1) + ':');
        return Lines(cells => $"| {string.Join(" | ", cells)} |", [.. rule]);
    }

    private string Lines(Func<IEnumerable<string>, string> join, params string[][] belowHeader)
    {
        var text = new StringBuilder();
        foreach (var row in (IEnumerable<string[]>)[columns, .. belowHeader, .. _rows])
        {
            text.Append(join(row.Select((cell, column) => column == 0 ? cell.PadRight(Width(column)) : cell.PadLeft(Width(column))))).Append('\n');
        }

        return text.ToString();
    }

    private int Width(int column) => _rows.Append(columns).Max(row => row[column].Length);
}
