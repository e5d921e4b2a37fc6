using System.Buffers;
using System.Globalization;

namespace FpingCluster.Shared.Results;

/// <summary>
/// Aligned columns for people. The widths are those of the first thousand rows; after that rows stream, and a wider field only pushes its own line to the right.
/// Colour is for terminals alone: green up, red down, yellow unknown.
/// </summary>
public sealed class TableResultWriter(Stream stream, bool colour = false) : IResultWriter
{
    private const int RowsForWidths = 1000;
    private const int AddressColumn = 0, NameColumn = 1, StateColumn = 8, ReasonColumn = 9;

    private static readonly string[] Titles = ["ADDRESS", "NAME", "SENT", "RECV", "LOSS", "MIN", "AVG", "MAX", "STATE", "REASON"];
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    private readonly Utf8Output _output = new(stream);
    private readonly List<string[]> _head = [];
    private int[]? _widths;

    public int Skipped => 0;

    public void Begin() => _head.Add(Titles);

    public void Write(ResultRow row)
    {
        var cells = Cells(row);
        if (_widths is not null)
        {
            WriteLine(cells, _widths);
            return;
        }

        _head.Add(cells);
        if (_head.Count > RowsForWidths)
        {
            WriteHead();
        }
    }

    public void Finish()
    {
        WriteHead();
        _output.Flush();
    }

    public void Dispose() => _output.Dispose();

    private static string[] Cells(ResultRow row)
    {
        var rtts = RowRtts.Of(row.RttsUs.Span);
        return
        [
            Harmless(row.HostName ?? row.Address.ToString()),
            Harmless(row.Name),
            row.Sent.ToString(CultureInfo.InvariantCulture),
            row.Received.ToString(CultureInfo.InvariantCulture),
            row.Sent > 0 ? $"{(LossPercent.Hundredths(row.Sent, row.Received) / 100.0).ToString("0.##", CultureInfo.InvariantCulture)}%" : "-",
            Milliseconds(rtts, rtts.MinUs),
            Milliseconds(rtts, rtts.AvgUs),
            Milliseconds(rtts, rtts.MaxUs),
            row.State.Word(),
            ReasonText.Of(row.Address, row.Reasons),
        ];
    }

    private static string Milliseconds(RowRtts rtts, uint microseconds) =>
        rtts.Received > 0 ? (microseconds / 1000.0).ToString("0.000", CultureInfo.InvariantCulture) : "-";

    /// <summary>A name from a file must not be able to move the cursor or recolour the terminal.</summary>
    private static string Harmless(string text) =>
        text.AsSpan().ContainsAny(ControlCharacters) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;

    private void WriteHead()
    {
        if (_widths is null)
        {
            _widths = [.. Enumerable.Range(0, Titles.Length).Select(column => _head.Max(cells => cells[column].Length))];
            // A name column without a name is only a gap.
            _widths[NameColumn] = _head.Skip(1).Any(cells => cells[NameColumn].Length > 0) ? _widths[NameColumn] : 0;
            _head.ForEach(cells => WriteLine(cells, _widths));
            _head.Clear();
        }
    }

    private void WriteLine(string[] cells, int[] widths)
    {
        for (var column = 0; column < cells.Length; column++)
        {
            if (column == NameColumn && widths[column] == 0)
            {
                continue;
            }

            if (column > 0 && (column != ReasonColumn || cells[column].Length > 0))
            {
                _output.Write("  "u8);
            }

            WriteCell(cells, column, widths[column]);
        }

        _output.Write((byte)'\n');
    }

    private void WriteCell(string[] cells, int column, int width)
    {
        var text = cells[column];
        if (column is ReasonColumn)
        {
            _output.Write(text);
        }
        else if (column is AddressColumn or NameColumn)
        {
            _output.Write(text);
            WriteSpaces(width - text.Length);
        }
        else if (column is StateColumn)
        {
            WriteState(text, cells[ReasonColumn].Length > 0 ? width : 0);
        }
        else
        {
            WriteSpaces(width - text.Length);
            _output.Write(text);
        }
    }

    private void WriteState(string word, int width)
    {
        var paint = !colour ? "" : word switch { "up" => "\e[32m", "down" => "\e[31m", "unknown" => "\e[33m", _ => "" };
        _output.Write(paint);
        _output.Write(word);
        WriteSpaces(width - word.Length);
        if (paint.Length > 0)
        {
            _output.Write("\e[0m"u8);
        }
    }

    private void WriteSpaces(int count)
    {
        if (count > 0)
        {
            _output.GetSpan(count)[..count].Fill((byte)' ');
            _output.Advance(count);
        }
    }
}
