using System.Text.Encodings.Web;
using System.Text.Json;

namespace FpingCluster.Shared.Results;

/// <summary>One JSON object a line: the fields of the CSV with numbers as numbers (null where there is none), every RTT (null = lost) and the labels.</summary>
public sealed class NdjsonResultWriter : IResultWriter
{
    private readonly Utf8Output _output;
    private readonly Utf8JsonWriter _json;
    private readonly Utf8Time _time = new(Utf8Time.Rfc3339);

    public NdjsonResultWriter(Stream stream)
    {
        _output = new Utf8Output(stream);
        // The default encoder would escape "ü" and "+"; these lines are never part of a web page.
        _json = new Utf8JsonWriter(_output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public int Skipped => 0;

    public void Begin()
    {
    }

    public void Write(ResultRow row)
    {
        _json.WriteStartObject();
        _json.WriteString("time"u8, _time.Of(row.Time));
        WriteAddress(row);
        _json.WriteString("name"u8, row.Name);
        _json.WriteNumber("sent"u8, row.Sent);
        _json.WriteNumber("received"u8, row.Received);
        WriteNumber("loss_percent"u8, row.Sent > 0, row.Sent > 0 ? LossPercent.Hundredths(row.Sent, row.Received) / 100.0 : 0);
        WriteRtts(row.RttsUs.Span);
        _json.WriteString("state"u8, row.State.Word());
        _json.WriteString("reason"u8, ReasonText.Of(row.Address, row.Reasons));
        _json.WriteString("agent"u8, row.Agent);
        WriteEachRtt(row.RttsUs.Span);
        WriteLabels(row);
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _output.Write((byte)'\n');
    }

    public void Finish() => _output.Flush();

    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
    }

    private void WriteAddress(ResultRow row)
    {
        if (row.HostName is not null)
        {
            _json.WriteString("address"u8, row.HostName);
            return;
        }

        Span<byte> text = stackalloc byte[45];
        _json.WriteString("address"u8, text[..row.Address.Format(text)]);
    }

    private void WriteRtts(ReadOnlySpan<uint> rttsUs)
    {
        var rtts = RowRtts.Of(rttsUs);
        WriteNumber("min_ms"u8, rtts.Received > 0, rtts.MinUs / 1000.0);
        WriteNumber("avg_ms"u8, rtts.Received > 0, rtts.AvgUs / 1000.0);
        WriteNumber("max_ms"u8, rtts.Received > 0, rtts.MaxUs / 1000.0);
        WriteNumber("stddev_ms"u8, rtts.Received > 0, rtts.StddevUs / 1000.0);
    }

    private void WriteEachRtt(ReadOnlySpan<uint> rttsUs)
    {
        _json.WriteStartArray("rtts_ms"u8);
        foreach (var rtt in rttsUs)
        {
            if (rtt > 0)
            {
                _json.WriteNumberValue(rtt / 1000.0);
            }
            else
            {
                _json.WriteNullValue();
            }
        }

        _json.WriteEndArray();
    }

    private void WriteLabels(ResultRow row)
    {
        _json.WriteStartObject("labels"u8);
        for (var i = 0; i < row.Labels.Count; i++)
        {
            _json.WriteString(row.Labels[i].Key, row.Labels[i].Value);
        }

        _json.WriteEndObject();
    }

    private void WriteNumber(ReadOnlySpan<byte> name, bool known, double value)
    {
        if (known)
        {
            _json.WriteNumber(name, value);
        }
        else
        {
            _json.WriteNull(name);
        }
    }
}
