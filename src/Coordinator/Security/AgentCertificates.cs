using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>Judges the certificates that agents show: by our CA and the one that the configuration names, never by those that this host trusts. Thread-safe.</summary>
/// <param name="outside">Null: there is no other CA.</param>
internal sealed class AgentCertificates(CertificateAuthority authority, OutsideAuthority? outside, TimeProvider time)
{
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    /// <param name="others">What came with it, to complete the chain.</param>
    public ShownCertificate Judge(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        var shown = new ShownCertificate
        {
            Issuer = CertificateIssuer.Unknown,
            KeyHash = CertificateAuthority.KeyHashOf(certificate.PublicKey),
            NotAfter = certificate.NotAfter.ToUniversalTime(),
        };
        if (ChainFault(certificate, others, [authority.Certificate], X509VerificationFlags.IgnoreNotTimeValid) is null)
        {
            return JudgeOwn(certificate, shown);
        }

        var fault = outside is null ? "it is of another CA than this coordinator's" : ChainFault(certificate, others, outside.Read(), X509VerificationFlags.NoFlag);
        return fault is null ? shown with { Issuer = CertificateIssuer.Outside } : shown with { Fault = fault };
    }

    // Whether it has run out is not judged here: it may still be renewed then.
    private ShownCertificate JudgeOwn(X509Certificate2 certificate, ShownCertificate shown)
    {
        shown = shown with { Issuer = CertificateIssuer.Own };
        var now = time.GetUtcNow();
        if (now < certificate.NotBefore.ToUniversalTime())
        {
            return shown with { Fault = $"it begins to hold at {certificate.NotBefore.ToUniversalTime():u}, and it is {now:u} here; set the clocks" };
        }

        return Guid.TryParseExact(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), "N", out var id)
            ? shown with { Agent = new AgentId(id) }
            : shown with { Fault = "it does not name an agent" };
    }

    private string? ChainFault(X509Certificate2 certificate, X509Certificate2Collection others, X509Certificate2Collection roots, X509VerificationFlags flags)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = NewPolicy();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ApplicationPolicy.Add(ClientUse);
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationFlags = flags;
        return chain.Build(certificate) ? null : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
    }

    /// <summary>A policy that asks nobody outside, whatever a certificate says about where to ask.</summary>
    public static X509ChainPolicy NewPolicy() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
}
