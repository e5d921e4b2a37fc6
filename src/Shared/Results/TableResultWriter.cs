using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Results;

/// <summary>
/// Aligned columns for people. The widths are those of the first thousand rows; after that rows stream, and a wider field only pushes its own line to the right.
/// Colour is for terminals alone: green up, red down, yellow unknown.
/// </summary>
public sealed class TableResultWriter(Stream stream, bool colour = false) : IResultWriter
{
    private const int RowsForWidths = 1000;
    private const int Gap = 2;
    private const int LongestPaint = 16; // bytes: a colour and its end
    private const int NameColumn = 1, StateColumn = 8, ReasonColumn = 9;

    private static readonly string[] Titles = ["ADDRESS", "NAME", "SENT", "RECV", "LOSS", "MIN", "AVG", "MAX", "STATE", "REASON"];
    private static ReadOnlySpan<byte> Unpaint => "\e[0m"u8;

    private readonly Utf8Output _output = new(stream);
    private readonly List<TableCells> _head = [];
    private readonly TableCells _row = new(Titles.Length);
    private int[]? _widths;
    private int _longestSpace; // bytes of a line besides its cells

    public int Skipped => 0;

    public void Begin()
    {
        var titles = new TableCells(Titles.Length);
        Array.ForEach(Titles, titles.Add);
        _head.Add(titles);
    }

    public void Write(ResultRow row)
    {
        var cells = _widths is null ? new TableCells(Titles.Length) : _row;
        Fill(cells, row);
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

    /// <summary>With the widths of the rows so far.</summary>
    public IResultWriter Continue(Stream stream)
    {
        WriteHead();
        return new TableResultWriter(stream, colour) { _widths = _widths, _longestSpace = _longestSpace };
    }

    public void Append(ReadOnlySpan<byte> text) => _output.WriteThrough(text);

    public void Dispose() => _output.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(TableCells cells, ResultRow row)
    {
        cells.Clear();
        if (row.HostName is null)
        {
            cells.Add(row.Address);
        }
        else
        {
            cells.Add(row.HostName);
        }

        cells.Add(row.Name);
        cells.Add(row.Sent);
        cells.Add(row.Received);
        if (row.Sent > 0)
        {
            cells.AddLossPercent(row.Sent, row.Received);
        }
        else
        {
            cells.Add("-"u8);
        }

        AddRtts(cells, RowRtts.Of(row.RttsUs.Span));
        cells.Add(row.State.Utf8Word());
        cells.Add(ReasonText.Of(row.Address, row.Reasons));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRtts(TableCells cells, RowRtts rtts)
    {
        ReadOnlySpan<uint> columns = [rtts.MinUs, rtts.AvgUs, rtts.MaxUs];
        foreach (var microseconds in columns)
        {
            if (rtts.Received > 0)
            {
                cells.AddMilliseconds(microseconds);
            }
            else
            {
                cells.Add("-"u8);
            }
        }
    }

    private void WriteHead()
    {
        if (_widths is null)
        {
            _widths = [.. Enumerable.Range(0, Titles.Length).Select(column => _head.Max(cells => cells.Width(column)))];
            // A name column without a name is only a gap.
            _widths[NameColumn] = _head.Skip(1).Any(cells => cells.Width(NameColumn) > 0) ? _widths[NameColumn] : 0;
            _longestSpace = _widths.Sum() + _widths.Length * Gap + LongestPaint;
            _head.ForEach(cells => WriteLine(cells, _widths));
            _head.Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteLine(TableCells cells, int[] widths)
    {
        var line = _output.GetSpan(cells.Bytes + _longestSpace);
        line[..(cells.Bytes + _longestSpace)].Fill((byte)' ');
        var (start, end) = (0, 0);
        for (var column = 0; column < widths.Length; column++)
        {
            if (column == ReasonColumn ? cells.Width(column) > 0 : widths[column] > 0)
            {
                var spare = Math.Max(0, widths[column] - cells.Width(column));
                start += column is > NameColumn and < StateColumn ? spare : 0;
                end = start + Place(cells[column], line[start..], painted: colour && column == StateColumn);
                start = end + Gap + (column is > NameColumn and < StateColumn ? 0 : spare);
            }
        }

        line[end] = (byte)'\n';
        _output.Advance(end + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Place(ReadOnlySpan<byte> cell, Span<byte> line, bool painted)
    {
        var paint = painted ? Paint(cell) : [];
        if (paint.Length == 0)
        {
            cell.CopyTo(line);
            return cell.Length;
        }

        paint.CopyTo(line);
        cell.CopyTo(line[paint.Length..]);
        Unpaint.CopyTo(line[(paint.Length + cell.Length)..]);
        return paint.Length + cell.Length + Unpaint.Length;
    }

    private static ReadOnlySpan<byte> Paint(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("up"u8) ? "\e[32m"u8
        : word.SequenceEqual("down"u8) ? "\e[31m"u8
        : word.SequenceEqual("unknown"u8) ? "\e[33m"u8
        : [];
}
