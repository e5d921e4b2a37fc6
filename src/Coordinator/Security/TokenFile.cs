using System.Text.Json;
using System.Text.Json.Serialization;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>tokens.json. A file that is damaged or of a later version is refused, never replaced.</summary>
internal sealed record TokenFile(int Version, IReadOnlyList<StoredToken> Tokens)
{
    public const string Name = "tokens.json";

    private const int KnownVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="UserErrorException">The file cannot be read or is not what a coordinator wrote.</exception>
    public static IReadOnlyList<StoredToken> Read(SecurityFolder folder)
    {
        if (folder.Read(Name) is not { } content)
        {
            return [];
        }

        try
        {
            var file = JsonSerializer.Deserialize<TokenFile>(content, Json) ?? throw new JsonException("it holds null");
            if (file.Version > KnownVersion)
            {
                throw new UserErrorException(
                    $"{folder.PathOf(Name)} has version {file.Version}, this coordinator knows versions up to {KnownVersion}; start the newer coordinator that wrote it");
            }

            return Defect(file) is { } defect ? throw new JsonException(defect) : file.Tokens;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException(
                $"{folder.PathOf(Name)} is damaged: {exception.Message.TrimEnd('.')}; restore it from a backup, or move it away: all tokens are invalid then, " +
                "and new ones must be made", exception);
        }
    }

    /// <exception cref="OutputException">What was kept before is still there.</exception>
    public static void Write(SecurityFolder folder, IEnumerable<StoredToken> tokens) =>
        folder.Write(Name, JsonSerializer.SerializeToUtf8Bytes(new TokenFile(KnownVersion, [.. tokens]), Json));

    private static string? Defect(TokenFile file) =>
        file.Tokens.Any(token => token is null) ? "a token is null"
        : file.Tokens.Select(token => token.Defect()).FirstOrDefault(defect => defect is not null)
            ?? file.Tokens.GroupBy(token => token.Token.Id).Where(group => group.Count() > 1).Select(group => $"token {group.Key} is there twice").FirstOrDefault();
}
