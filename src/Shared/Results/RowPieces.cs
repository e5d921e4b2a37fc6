namespace FpingCluster.Shared.Results;

/// <summary>
/// Formats rows on several CPUs: each piece of the list by a writer of its own into memory, and from there in list order. Memory is bounded by the pieces in work.
/// </summary>
/// <param name="write">Writes so many rows, from the first named on, with the writer named. Called on several threads at once.</param>
internal sealed class RowPieces(IResultWriter writer, Action<IResultWriter, int, int> write)
{
    // With five pings a quarter of a megabyte of text, half of one as JSON; more with many pings and labels, as the piece grows.
    private const int RowsPerPiece = 2048, BytesOfPiece = 256 * 1024;

    // Beyond it, the stream is the limit.
    private const int MostWriters = 8;

    private readonly List<(IResultWriter Writer, MemoryStream Text)> _slots = [];

    public void Write(int rows)
    {
        // A table takes its widths from the first.
        write(writer, 0, Math.Min(rows, RowsPerPiece));
        try
        {
            for (var next = RowsPerPiece; next < rows;)
            {
                next = WritePieces(next, rows);
            }
        }
        finally
        {
            _slots.ForEach(slot => slot.Writer.Dispose());
        }
    }

    private int WritePieces(int start, int rows)
    {
        var pieces = Math.Min(Math.Min(Environment.ProcessorCount, MostWriters), (rows - start + RowsPerPiece - 1) / RowsPerPiece);
        while (_slots.Count < pieces)
        {
            var text = new MemoryStream(BytesOfPiece);
            _slots.Add((writer.Continue(text), text));
        }

        // Not Parallel.For: to compile it takes as long as two pieces, and an interrupted command has little time.
        var others = Enumerable.Range(1, pieces - 1).Select(piece => Task.Run(() => Format(piece))).ToArray();
        try
        {
            Format(0);
        }
        finally
        {
            // Whatever happens: their writers' buffers are given back.
            Task.WaitAll(others);
        }

        foreach (var (_, text) in _slots.Take(pieces))
        {
            writer.Append(text.GetBuffer().AsSpan(0, (int)text.Length));
            text.SetLength(0);
        }

        return start + pieces * RowsPerPiece;

        void Format(int piece)
        {
            var first = start + piece * RowsPerPiece;
            write(_slots[piece].Writer, first, Math.Min(RowsPerPiece, rows - first));
            _slots[piece].Writer.Finish();
        }
    }
}
