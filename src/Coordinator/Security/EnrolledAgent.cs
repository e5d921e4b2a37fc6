using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>An agent that has a certificate of ours, or had one, or is locked out. Immutable.</summary>
internal sealed record EnrolledAgent
{
    public required AgentId Id { get; init; }

    /// <summary>What it called itself when it enrolled.</summary>
    public required string Name { get; init; }

    /// <summary>As <see cref="CertificateAuthority.KeyHashOf"/> says it; null for one that was locked out and never enrolled here.</summary>
    public string? KeyHash { get; init; }

    /// <summary>The key before that one: that the agent got the certificate for the present one is not proved yet.</summary>
    public string? FormerKeyHash { get; init; }

    /// <summary>The join token that let it in.</summary>
    public string? TokenId { get; init; }

    public DateTimeOffset? EnrolledAt { get; init; }

    /// <summary>When its last certificate was issued.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    public bool IsRevoked => RevokedAt is not null;
}
