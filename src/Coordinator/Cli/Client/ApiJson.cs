using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>The API's answers as objects and as text for people.</summary>
internal static class ApiJson
{
    // Strict: an answer without what the API always has is not a coordinator's. Properties of a newer one are passed over.
    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private static readonly JsonSerializerOptions Indented = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="JsonException">It is not what the API answers.</exception>
    public static T Read<T>(byte[] json) => Checked(() => JsonSerializer.Deserialize<T>(json, Reading)) ?? throw new JsonException("the answer is null");

    /// <summary>What a problem says (RFC 9457); null when it is none.</summary>
    public static string? ProblemDetail(byte[] json)
    {
        try
        {
            return Checked(() => JsonNode.Parse(json) is JsonObject problem ? problem["detail"]?.ToString() : null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As the API writes it, indented.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Indented);

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string Indent(byte[] json) => Checked(() =>
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    });

    // How the library fails at text that is no Unicode, and at an object with a key twice.
    private static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
