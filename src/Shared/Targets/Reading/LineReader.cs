using System.Buffers;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>
/// Cuts a stream into lines (LF or CRLF) without making a string of any. <see cref="FillAsync"/> and <see cref="TryNext"/> take turns until
/// the first returns false; a line is valid until the next call and may be written to.
/// </summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    private const int BufferBytes = 8 * TargetListLimits.LineBytes;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private bool _streamEnded;

    // Some of the line at _start was thrown away, because it is longer than allowed.
    private bool _cut;

    /// <summary>The number of the line that <see cref="TryNext"/> gave last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Whether that line is longer than <see cref="TargetListLimits.LineBytes"/>; then it is given as empty.</summary>
    public bool IsTooLong { get; private set; }

    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_streamEnded)
        {
            return false;
        }

        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _streamEnded = read == 0;
        return true;
    }

    public bool TryNext(out Span<byte> line)
    {
        line = default;
        var rest = _buffer.AsSpan(_start.._end);
        var length = rest.IndexOf((byte)'\n');
        if (length < 0 && !_streamEnded)
        {
            CutIfTooLong(rest.Length);
            return false;
        }

        if (length < 0 && rest.IsEmpty && !_cut)
        {
            return false;
        }

        _start = length < 0 ? _end : _start + length + 1;
        Number++;
        line = Trim(length < 0 ? rest : rest[..length]);
        IsTooLong = _cut || line.Length > TargetListLimits.LineBytes;
        line = IsTooLong ? default : line;
        _cut = false;
        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void CutIfTooLong(int length)
    {
        // One byte more: the carriage return before a line feed that is not yet here.
        if (length > TargetListLimits.LineBytes + 1)
        {
            _start = _end;
            _cut = true;
        }
    }

    private Span<byte> Trim(Span<byte> line)
    {
        if (Number == 1 && line.StartsWith(ByteOrderMark))
        {
            line = line[ByteOrderMark.Length..];
        }

        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
