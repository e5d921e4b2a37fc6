using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Results;

/// <summary>
/// The lines of pyfping's result file: UTC time, address, loss in whole percent, average RTT in whole milliseconds (both truncated) or None; no header.
/// The format knows no unknown target, and a loss is never invented: such rows are left out and counted.
/// </summary>
public sealed class PyfpingResultWriter(Stream stream) : IResultWriter
{
    private readonly Utf8Output _output = new(stream);
    private readonly Utf8Time _time = new("yyyy-MM-dd HH:mm:ss.ffffff");
    private StrongBox<int> _skipped = new();

    public int Skipped => _skipped.Value;

    public void Begin()
    {
    }

    public void Write(ResultRow row)
    {
        if (row.State == TargetState.Unknown)
        {
            Interlocked.Increment(ref _skipped.Value);
            return;
        }

        _output.Write(_time.Of(row.Time));
        _output.Write((byte)',');
        _output.Write(row.Address);
        _output.Write((byte)',');
        _output.Write((row.Sent - row.Received) * 100L / row.Sent);
        _output.Write((byte)',');
        WriteAverage(row.RttsUs.Span);
        _output.Write((byte)'\n');
    }

    public void Finish() => _output.Flush();

    public IResultWriter Continue(Stream stream) => new PyfpingResultWriter(stream) { _skipped = _skipped };

    public void Append(ReadOnlySpan<byte> text) => _output.WriteThrough(text);

    public void Dispose() => _output.Dispose();

    private void WriteAverage(ReadOnlySpan<uint> rttsUs)
    {
        var rtts = RowRtts.Of(rttsUs);
        if (rtts.Received > 0)
        {
            _output.Write(rtts.AvgUs / 1000);
        }
        else
        {
            _output.Write("None"u8);
        }
    }
}
