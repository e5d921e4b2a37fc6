using System.Globalization;

namespace FpingCluster.Shared.Results;

/// <summary>A UTC time in one format as UTF-8. Rows of one shard share their time, so the last text is kept.</summary>
internal sealed class Utf8Time(string format)
{
    // T and Z unquoted: they mean nothing to the formatter, which allocates for each quoted part.
    public const string Rfc3339 = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private readonly byte[] _text = new byte[32];
    private long _ticks = -1;
    private int _length;

    public ReadOnlySpan<byte> Of(DateTimeOffset time)
    {
        if (time.UtcTicks != _ticks)
        {
            _ticks = time.UtcTicks;
            time.UtcDateTime.TryFormat(_text, out _length, format, CultureInfo.InvariantCulture);
        }

        return _text.AsSpan(0, _length);
    }
}
