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
        WriteLossPercent(row);
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

    private void WriteLossPercent(ResultRow row)
    {
        _json.WritePropertyName(Field.LossPercent);
        if (row.Sent == 0)
        {
            _json.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[LossPercent.LongestText];
        _json.WriteRawValue(text[..LossPercent.Format(row.Sent, row.Received, text)], skipInputValidation: true);
    }

    private void WriteRtts(ReadOnlySpan<uint> rttsUs)
    {
        var rtts = RowRtts.Of(rttsUs);
        _json.WritePropertyName(Field.MinMs);
        WriteMilliseconds(rtts.Received > 0, rtts.MinUs);
        _json.WritePropertyName(Field.AvgMs);
        WriteMilliseconds(rtts.Received > 0, rtts.AvgUs);
        _json.WritePropertyName(Field.MaxMs);
        WriteMilliseconds(rtts.Received > 0, rtts.MaxUs);
        _json.WritePropertyName(Field.StddevMs);
        WriteMilliseconds(rtts.Received > 0, rtts.StddevUs);
    }

    private void WriteEachRtt(ReadOnlySpan<uint> rttsUs)
    {
        _json.WriteStartArray(Field.RttsMs);
        foreach (var rtt in rttsUs)
        {
            WriteMilliseconds(rtt > 0, rtt);
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

    // As text: to find the shortest digits of a floating-point number takes longer.
    private void WriteMilliseconds(bool known, uint microseconds)
    {
        if (!known)
        {
            _json.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[Milliseconds.LongestText];
        _json.WriteRawValue(text[..Milliseconds.FormatShort(microseconds, text)], skipInputValidation: true);
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
