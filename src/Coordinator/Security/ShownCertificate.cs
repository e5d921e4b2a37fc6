using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>The certificate that somebody on the agents' port showed, as it was judged when the connection began. He has its key: the handshake proved it.</summary>
internal sealed record ShownCertificate
{
    public required CertificateIssuer Issuer { get; init; }

    /// <summary>Whose it is, where we issued it.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>As <see cref="CertificateAuthority.KeyHashOf"/> says it.</summary>
    public required string KeyHash { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Why it is worth nothing, whatever the time; null when it is sound.</summary>
    public string? Fault { get; init; }
}
