using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>The text of one table row, cell by cell, as UTF-8 in one buffer that is filled again and again: a long table allocates nothing per row.</summary>
internal sealed class TableCells(int columns)
{
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    private readonly int[] _ends = new int[columns];
    private readonly int[] _widths = new int[columns];
    private byte[] _text = new byte[128];
    private int _count;
    private int _length;

    public ReadOnlySpan<byte> this[int column] => _text.AsSpan(Start(column).._ends[column]);

    /// <summary>Characters of the cell, which are fewer than its bytes where a name is not ASCII.</summary>
    public int Width(int column) => _widths[column];

    public int Bytes => _length;

    public void Clear() => _count = _length = 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(TargetAddress address) => End(address.Format(Reserve(45)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int number)
    {
        number.TryFormat(Reserve(11), out var written, default, CultureInfo.InvariantCulture);
        End(written);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddMilliseconds(long microseconds) => End(Milliseconds.Format(microseconds, Reserve(Milliseconds.LongestText)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddLossPercent(int sent, int received)
    {
        var space = Reserve(LossPercent.LongestText + 1);
        var length = LossPercent.Format(sent, received, space);
        space[length] = (byte)'%';
        End(length + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> ascii)
    {
        ascii.CopyTo(Reserve(ascii.Length));
        End(ascii.Length);
    }

    /// <summary>A name from a file must not be able to move the cursor or recolour the terminal: its control characters become question marks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(string text)
    {
        var harmless = text.AsSpan().ContainsAny(ControlCharacters) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
        End(Encoding.UTF8.GetBytes(harmless, Reserve(harmless.Length * 3)), harmless.Length);
    }

    private int Start(int column) => column == 0 ? 0 : _ends[column - 1];

    private void End(int bytes) => End(bytes, bytes);

    private void End(int bytes, int width)
    {
        _length += bytes;
        _widths[_count] = width;
        _ends[_count++] = _length;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_text.Length - _length < bytes)
        {
            Array.Resize(ref _text, 2 * (_length + bytes));
        }

        return _text.AsSpan(_length);
    }
}
