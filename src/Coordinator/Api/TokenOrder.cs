using System.Text.Json;
using System.Text.Json.Serialization;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Api;

/// <summary>The body of a request for a token. What it does not say is as `token create` has it.</summary>
internal sealed record TokenOrder(string? Role = null, string? Name = null, double? TtlS = null, int? Uses = null)
{
    public const int MaxUses = 10_000;
    public const int MaxName = 64;

    public static readonly TimeSpan MaxTtl = TimeSpan.FromDays(3_650);

    private static readonly TimeSpan JoinTtl = TimeSpan.FromHours(1);
    private static readonly TimeSpan ApiTtl = TimeSpan.FromDays(90);

    // A misspelt key would be a token with other rights than were meant.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public TokenRole? KnownRole => Role switch
    {
        null or "join" => TokenRole.Join,
        ApiRoles.Viewer => TokenRole.Viewer,
        ApiRoles.Operator => TokenRole.Operator,
        _ => null,
    };

    /// <exception cref="JsonException">It is no order.</exception>
    public static async Task<TokenOrder> ReadAsync(Stream body, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync<TokenOrder>(body, Json, cancellationToken) ?? throw new JsonException("the body is null");

    /// <returns>All that is wrong with it; null when nothing is.</returns>
    public string? Faults()
    {
        string?[] faults =
        [
            KnownRole is null ? "role must be one of join, viewer, operator" : null,
            Name is not null && (Name.Length is 0 or > MaxName || !PlainText.IsPlain(Name)) ? $"name must have 1 to {MaxName} characters and no control characters" : null,
            TtlS is { } ttl && !(ttl >= 1 && ttl <= MaxTtl.TotalSeconds) ? $"ttl_s must be from 1 to {MaxTtl.TotalSeconds:0}" : null,
            Uses is not null && KnownRole is not (TokenRole.Join or null) ? $"uses are for join tokens alone; a {Role} token may be used any number of times" : null,
            Uses is < 1 or > MaxUses ? $"uses must be from 1 to {MaxUses}" : null,
        ];
        var told = string.Join("; ", faults.OfType<string>());
        return told.Length == 0 ? null : told;
    }

    public TokenRecord MakeIn(TokenBook book, string by, out string text)
    {
        var role = KnownRole!.Value;
        var ttl = TtlS is { } seconds ? TimeSpan.FromSeconds(seconds) : role == TokenRole.Join ? JoinTtl : ApiTtl;
        return book.Create(role, Name ?? ApiRoles.Of(role), ttl, role == TokenRole.Join ? Uses ?? 1 : null, by, out text);
    }
}
