using FpingCluster.Coordinator.Security;

namespace FpingCluster.Coordinator.Api;

/// <summary>An agent of the book as the API shows it: one that enrolled, or that is locked out.</summary>
internal sealed record EnrolledView(
    string Id,
    string Name,
    string State,
    DateTimeOffset? EnrolledAt,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? ExpiresAt,
    string? TokenId,
    DateTimeOffset? RevokedAt,
    string? RevokedBy)
{
    public static EnrolledView Of(EnrolledAgent agent, DateTimeOffset now) => new(
        agent.Id.ToString(),
        agent.Name,
        agent.IsRevoked ? "revoked" : agent.ExpiresAt <= now ? "expired" : "enrolled",
        agent.EnrolledAt,
        agent.IssuedAt,
        agent.ExpiresAt,
        agent.TokenId,
        agent.RevokedAt,
        agent.RevokedBy);
}
