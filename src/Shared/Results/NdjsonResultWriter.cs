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
        _json.WriteString(Field.Time, _time.Of(row.Time));
        WriteAddress(row);
        _json.WriteString(Field.Name, row.Name);
        _json.WriteNumber(Field.Sent, row.Sent);
        _json.WriteNumber(Field.Received, row.Received);
        WriteNumber(Field.LossPercent, row.Sent > 0, row.Sent > 0 ? LossPercent.Hundredths(row.Sent, row.Received) / 100.0 : 0);
        WriteRtts(row.RttsUs.Span);
        _json.WriteString(Field.State, row.State.Word());
        _json.WriteString(Field.Reason, ReasonText.Of(row.Address, row.Reasons));
        _json.WriteString(Field.Agent, row.Agent);
        WriteEachRtt(row.RttsUs.Span);
        WriteLabels(row);
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _output.Write((byte)'\n');
    }

    public void Finish() => _output.Flush();

    public IResultWriter Continue(Stream stream) => new NdjsonResultWriter(stream);

    public void Append(ReadOnlySpan<byte> text) => _output.WriteThrough(text);

    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
    }

    private void WriteAddress(ResultRow row)
    {
        if (row.HostName is not null)
        {
            _json.WriteString(Field.Address, row.HostName);
            return;
        }

        Span<byte> text = stackalloc byte[45];
        _json.WriteString(Field.Address, text[..row.Address.Format(text)]);
    }

    private void WriteRtts(ReadOnlySpan<uint> rttsUs)
    {
        var rtts = RowRtts.Of(rttsUs);
        WriteNumber(Field.MinMs, rtts.Received > 0, rtts.MinUs / 1000.0);
        WriteNumber(Field.AvgMs, rtts.Received > 0, rtts.AvgUs / 1000.0);
        WriteNumber(Field.MaxMs, rtts.Received > 0, rtts.MaxUs / 1000.0);
        WriteNumber(Field.StddevMs, rtts.Received > 0, rtts.StddevUs / 1000.0);
    }

    private void WriteEachRtt(ReadOnlySpan<uint> rttsUs)
    {
        _json.WriteStartArray(Field.RttsMs);
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
        _json.WriteStartObject(Field.Labels);
        for (var i = 0; i < row.Labels.Count; i++)
        {
            _json.WriteString(row.Labels[i].Key, row.Labels[i].Value);
        }

        _json.WriteEndObject();
    }

    private void WriteNumber(JsonEncodedText name, bool known, double value)
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

    // Escaped once, not for each row.
    private static class Field
    {
        public static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
        public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
        public static readonly JsonEncodedText Sent = JsonEncodedText.Encode("sent");
        public static readonly JsonEncodedText Received = JsonEncodedText.Encode("received");
        public static readonly JsonEncodedText LossPercent = JsonEncodedText.Encode("loss_percent");
        public static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
        public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
        public static readonly JsonEncodedText Agent = JsonEncodedText.Encode("agent");
        public static readonly JsonEncodedText Address = JsonEncodedText.Encode("address");
        public static readonly JsonEncodedText MinMs = JsonEncodedText.Encode("min_ms");
        public static readonly JsonEncodedText AvgMs = JsonEncodedText.Encode("avg_ms");
        public static readonly JsonEncodedText MaxMs = JsonEncodedText.Encode("max_ms");
        public static readonly JsonEncodedText StddevMs = JsonEncodedText.Encode("stddev_ms");
        public static readonly JsonEncodedText RttsMs = JsonEncodedText.Encode("rtts_ms");
        public static readonly JsonEncodedText Labels = JsonEncodedText.Encode("labels");
    }
}
