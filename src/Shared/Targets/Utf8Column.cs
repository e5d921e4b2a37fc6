using System.Text;

namespace FpingCluster.Shared.Targets;

/// <summary>
/// A text for each row, empty where none was set. The texts of <see cref="IntColumn.ChunkRows"/> rows share one block of UTF-8, each after
/// its length in one byte; neighbours with the same text (the addresses of one CIDR) share it. Rows are set in rising order.
/// </summary>
internal sealed class Utf8Column
{
    // Where a row's text begins in the block of its chunk; 0 = empty.
    private readonly IntColumn _starts = new();
    private readonly List<byte[]> _blocks = [];

    // The block of the chunk that is being filled. Its first byte stays unused, for a start of 0 means no text.
    private byte[] _open = new byte[4096];
    private int _used = 1;
    private int _last;

    public string this[int row] => Encoding.UTF8.GetString(Utf8Of(row));

    public ReadOnlySpan<byte> Utf8Of(int row)
    {
        var start = _starts[row];
        return start == 0 ? [] : TextAt(BlockOf(row >> IntColumn.ChunkBits), start);
    }

    /// <param name="utf8">At most <see cref="TargetListLimits.TextBytes"/> long.</param>
    public void Set(int row, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return;
        }

        CloseBlocksBefore(row >> IntColumn.ChunkBits);
        if (_last == 0 || !utf8.SequenceEqual(TextAt(_open, _last)))
        {
            Append(utf8);
        }

        _starts[row] = _last;
    }

    private void Append(ReadOnlySpan<byte> utf8)
    {
        if (_open.Length < _used + 1 + utf8.Length)
        {
            Array.Resize(ref _open, _open.Length * 2);
        }

        _open[_used] = (byte)utf8.Length;
        utf8.CopyTo(_open.AsSpan(_used + 1));
        _last = _used;
        _used += 1 + utf8.Length;
    }

    private void CloseBlocksBefore(int number)
    {
        while (_blocks.Count < number)
        {
            _blocks.Add(_used > 1 ? _open[.._used] : []);
            (_used, _last) = (1, 0);
        }
    }

    private byte[] BlockOf(int number) => number < _blocks.Count ? _blocks[number] : _open;

    private static ReadOnlySpan<byte> TextAt(byte[] block, int start) => block.AsSpan(start + 1, block[start]);
}
