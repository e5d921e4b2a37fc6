using FpingCluster.Coordinator.Security;

namespace FpingCluster.Coordinator.Api;

/// <summary>A token as the API shows it: never with its secret.</summary>
internal sealed record TokenView(
    string Id,
    string Role,
    string Name,
    string State,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    int? UsesLeft,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt,
    string? RevokedBy)
{
    public static TokenView Of(TokenRecord token, TokenOutcome state) => new(
        token.Id,
        ApiRoles.Of(token.Role),
        token.Name,
        WordOf(state),
        token.CreatedAt,
        token.CreatedBy,
        token.ExpiresAt,
        token.UsesLeft,
        token.LastUsedAt,
        token.RevokedAt,
        token.RevokedBy);

    private static string WordOf(TokenOutcome state) => state switch
    {
        TokenOutcome.Expired => "expired",
        TokenOutcome.Revoked => "revoked",
        TokenOutcome.UsedUp => "used up",
        _ => "valid",
    };
}
