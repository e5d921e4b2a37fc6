using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>A token as it must be.</summary>
internal sealed class ModelToken(TokenRole role, string id, string text, DateTimeOffset? expiresAt, int? uses)
{
    public TokenRole Role => role;

    public string Id => id;

    public string Text => text;

    public DateTimeOffset? ExpiresAt => expiresAt;

    /// <summary>As this process counts, from the moment that it knew the token.</summary>
    public TimeSpan? LeftSince { get; set; }

    public long Since { get; set; }

    public int? UsesLeft { get; set; } = uses;

    public HashSet<(int Agent, int Key)> Redeemed { get; } = [];

    public bool IsRevoked { get; set; }
}
