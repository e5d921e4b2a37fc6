using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Identity;

/// <summary>This agent's certificate with its key, and what else its coordinators need to see of it.</summary>
/// <param name="Chain">From the certificate to its CA, without that.</param>
internal sealed record AgentCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    public TimeSpan Lifetime => Certificate.NotAfter - Certificate.NotBefore;

    /// <summary>When two thirds of its time are over: time enough for a coordinator that is away for hours.</summary>
    public DateTimeOffset RenewAt => NotAfter - Lifetime / 3;

    public bool IsOf(AgentId agent) => Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == agent.ToString();

    public SslStreamCertificateContext ToShow() => SslStreamCertificateContext.Create(Certificate, Chain, offline: true);
}
