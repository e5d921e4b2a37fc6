using System.Text.Json;

namespace FpingCluster.Shared.Results;

/// <summary>The object of --summary-json, which is also how the store keeps a summary.</summary>
public static class SummaryJson
{
    public static byte[] ToUtf8(RoundSummary summary) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(SummaryDocument.From(summary), SummaryJsonContext.Default.SummaryDocument), (byte)'\n'];

    /// <exception cref="FormatException">The text is not such an object.</exception>
    public static RoundSummary Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = JsonSerializer.Deserialize(utf8, SummaryJsonContext.Default.SummaryDocument);
            return document?.ToSummary() ?? throw new FormatException("the summary is null");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"not a summary: {exception.Message}", exception);
        }
    }
}
