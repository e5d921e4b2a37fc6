namespace FpingCluster.Coordinator.Security;

internal enum CertificateIssuer
{
    /// <summary>Nobody whom this coordinator trusts.</summary>
    Unknown,

    /// <summary>Our own CA.</summary>
    Own,

    /// <summary>The CA that security.agents.ca names.</summary>
    Outside,
}
