using System.Buffers;
using System.Runtime.CompilerServices;

namespace FpingCluster.Shared.Results;

/// <summary>
/// RFC 4180. Lines end with a line feed alone, as the tools that read these files (cut, awk, diff) expect. A text that a spreadsheet would take for a formula,
/// -5 too, gets an apostrophe in front: agents choose their names, and lists come from inventories. The other formats have every text as it is.
/// </summary>
public sealed class CsvResultWriter(Stream stream, bool header = true) : IResultWriter
{
    public const string Header = "time,address,name,sent,received,loss_percent,min_ms,avg_ms,max_ms,stddev_ms,state,reason,agent";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    // With those of full width, which spreadsheets in some languages take as well.
    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    private readonly Utf8Output _output = new(stream);
    private readonly Utf8Time _time = new(Utf8Time.Rfc3339);

    public int Skipped => 0;

    public void Begin()
    {
        if (header)
        {
            _output.Write(Header);
            _output.Write((byte)'\n');
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ResultRow row)
    {
        _output.Write(_time.Of(row.Time));
        Separate();
        WriteAddress(row);
        Separate();
        WriteText(row.Name);
        Separate();
        _output.Write(row.Sent);
        Separate();
        _output.Write(row.Received);
        Separate();
        if (row.Sent > 0)
        {
            _output.WriteLossPercent(row.Sent, row.Received);
        }

        WriteRtts(RowRtts.Of(row.RttsUs.Span));
        Separate();
        _output.Write(row.State.Word());
        Separate();
        WriteText(ReasonText.Of(row.Address, row.Reasons));
        Separate();
        WriteText(row.Agent);
        _output.Write((byte)'\n');
    }

    public void Finish() => _output.Flush();

    public IResultWriter Continue(Stream stream) => new CsvResultWriter(stream, header: false);

    public void Append(ReadOnlySpan<byte> text) => _output.WriteThrough(text);

    public void Dispose() => _output.Dispose();

    private void WriteAddress(ResultRow row)
    {
        if (row.HostName is null)
        {
            _output.Write(row.Address);
        }
        else
        {
            WriteText(row.HostName);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteRtts(RowRtts rtts)
    {
        ReadOnlySpan<uint> columns = [rtts.MinUs, rtts.AvgUs, rtts.MaxUs, rtts.StddevUs];
        foreach (var microseconds in columns)
        {
            Separate();
            if (rtts.Received > 0)
            {
                _output.WriteMilliseconds(microseconds);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteText(string text)
    {
        if (text.Length > 0 && FormulaStarts.Contains(text[0]))
        {
            text = "'" + text;
        }

        if (!text.AsSpan().ContainsAny(Quoted))
        {
            _output.Write(text);
            return;
        }

        _output.Write((byte)'"');
        _output.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        _output.Write((byte)'"');
    }

    private void Separate() => _output.Write((byte)',');
}
