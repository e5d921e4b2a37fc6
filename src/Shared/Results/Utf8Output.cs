using System.Buffers;
using System.Globalization;
using System.Text;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>UTF-8 text through a pooled buffer into a stream; allocates nothing per field.</summary>
internal sealed class Utf8Output(Stream stream) : IBufferWriter<byte>, IDisposable
{
    private const int Capacity = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        Advance(utf8.Length);
    }

    public void Write(byte ascii)
    {
        GetSpan(1)[0] = ascii;
        Advance(1);
    }

    public void Write(ReadOnlySpan<char> text) => Advance(Encoding.UTF8.GetBytes(text, GetSpan(text.Length * 3)));

    public void Write(long number)
    {
        number.TryFormat(GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        Advance(written);
    }

    public void Write(TargetAddress address) => Advance(address.Format(GetSpan(45)));

    public void WriteMilliseconds(long microseconds) => Advance(Milliseconds.Format(microseconds, GetSpan(Milliseconds.LongestText)));

    public void WriteLossPercent(int sent, int received) => Advance(LossPercent.Format(sent, received, GetSpan(LossPercent.LongestText)));

    /// <summary>For texts of many lines.</summary>
    public void WriteThrough(ReadOnlySpan<byte> utf8)
    {
        Flush();
        stream.Write(utf8);
    }

    public void Flush()
    {
        stream.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _length >= Math.Max(1, size))
        {
            return;
        }

        Flush();
        if (size > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }
    }
}
