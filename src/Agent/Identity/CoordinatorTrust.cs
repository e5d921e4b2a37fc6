using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FpingCluster.Agent.Identity;

/// <summary>Which coordinators are believed to be one: those with a certificate from these authorities, or, without any, from those that this host trusts.</summary>
internal sealed class CoordinatorTrust(X509Certificate2Collection? authorities, TimeProvider time)
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");

    /// <summary>For a handshake in which this agent shows its certificate, or none.</summary>
    public SslClientAuthenticationOptions Options(SslStreamCertificateContext? own) => new()
    {
        ClientCertificateContext = own,
        AllowTlsResume = false,
        // Certificates say where to ask for others; nobody is asked.
        CertificateChainPolicy = authorities is null ? null : new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Check(certificate as X509Certificate2, chain, errors),
    };

    /// <exception cref="CredentialsException">It is none, with what may be the cause.</exception>
    private bool Check(X509Certificate2? certificate, X509Chain? peers, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            throw new CredentialsException("it shows no certificate", isFinal: false);
        }

        if (authorities is null)
        {
            RefuseUntrusted(peers, errors);
        }
        else
        {
            RefuseForeign(certificate, peers?.ChainPolicy.ExtraStore ?? [], authorities);
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? throw new CredentialsException(
                $"its certificate is for {string.Join(", ", Names(certificate))}; dial one of these, or add this name to security.names of the coordinator", isFinal: false)
            : true;
    }

    private static void RefuseUntrusted(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            throw new CredentialsException(
                $"its certificate is not one that this host trusts ({string.Join("; ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')) ?? [])}); " +
                "name its CA with --ca-file", isFinal: true);
        }
    }

    private void RefuseForeign(X509Certificate2 certificate, X509Certificate2Collection others, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            // Judged below: what has run out is another matter than what is foreign.
            VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ApplicationPolicy.Add(ServerUse);
        if (!chain.Build(certificate))
        {
            throw new CredentialsException(
                "its certificate is not of the CA that this agent knows: it is another coordinator, one that was set up anew, or somebody in between; " +
                "check --coordinator, and give this agent a new join token or --ca-file if you trust it", isFinal: true);
        }

        foreach (var element in chain.ChainElements)
        {
            RefuseOutOfTime(element.Certificate);
        }
    }

    private void RefuseOutOfTime(X509Certificate2 certificate)
    {
        var (now, from, until) = (time.GetUtcNow(), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (now < from)
        {
            throw new CredentialsException(
                $"its certificate begins to hold at {from:u}, and it is {now:u} here; most likely the clock of this host is behind", isFinal: false);
        }

        if (now >= until)
        {
            throw new CredentialsException(
                $"its certificate ran out at {until:u}, and it is {now:u} here; renew it there, or set the clock of this host", isFinal: false);
        }
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .DefaultIfEmpty("no name");
}
