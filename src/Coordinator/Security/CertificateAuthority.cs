using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>The cluster's own CA: made at the first start, kept in the security folder. Issues the coordinator's certificates and the agents'. Thread-safe.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string CertificateFile = "ca.crt";
    private const string KeyFile = "ca.key";

    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1"), ClientUse = new("1.3.6.1.5.5.7.3.2");

    private readonly TimeProvider _time;
    private readonly ECDsa _key;

    // An ECDsa is for one thread at a time.
    private readonly Lock _signing = new();

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key, TimeProvider time) => (Certificate, _key, _time) = (certificate, key, time);

    /// <summary>Without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo in base64url: what join tokens carry.</summary>
    public string Pin => PinOf(Certificate.PublicKey);

    /// <summary>SHA-256 of a key's SubjectPublicKeyInfo in hex: which key an agent has.</summary>
    public static string KeyHashOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private static string PinOf(PublicKey key) => Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <exception cref="UserErrorException">The files are damaged, or open to others.</exception>
    public static CertificateAuthority Open(SecurityFolder folder, TimeProvider time)
    {
        var (keyText, certificateText) = (folder.Read(KeyFile), folder.Read(CertificateFile));
        if (keyText is null && certificateText is not null)
        {
            throw new UserErrorException(
                $"{folder.PathOf(KeyFile)} is missing; restore it from a backup, or move {folder.PathOf(CertificateFile)} away: then there is a new CA, and every agent enrols anew");
        }

        var key = keyText is null ? Make(folder) : ReadKey(folder, keyText);
        // Only the key is irreplaceable: a certificate that was lost, at a crash in the first start too, is made again with the same names and key.
        var certificate = certificateText is null ? Certify(folder, key, time) : ReadCertificate(folder, certificateText);
        return PinOf(certificate.PublicKey) == PinOf(new PublicKey(key))
            ? new CertificateAuthority(certificate, key, time)
            : throw new UserErrorException($"{folder.PathOf(KeyFile)} and {folder.PathOf(CertificateFile)} do not belong together; restore both from one backup");
    }

    /// <summary>A certificate with its key, for a coordinator that is reached under these names and addresses.</summary>
    public X509Certificate2 IssueServer(IReadOnlyCollection<string> names, IReadOnlyCollection<IPAddress> addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        foreach (var address in addresses)
        {
            alternatives.AddIpAddress(address);
        }

        using var certificate = Issue("fping-coordinator", new PublicKey(key), ServerUse, CertificateLifetimes.Server, alternatives.Build());
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate for the agent that has this key.</summary>
    public X509Certificate2 IssueAgent(AgentId agent, PublicKey key, TimeSpan lifetime) => Issue(agent.ToString(), key, ClientUse, lifetime);

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string name, PublicKey key, Oid use, TimeSpan lifetime, X509Extension? alternatives = null)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (alternatives is not null)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        var now = _time.GetUtcNow();
        lock (_signing)
        {
            return request.Create(
                Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - CertificateLifetimes.ClockDifference, now + lifetime, RandomSerial());
        }
    }

    // 128 random bits; the first makes it a positive number without a leading zero, as DER asks.
    private static byte[] RandomSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    private static ECDsa Make(SecurityFolder folder)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write(KeyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        return key;
    }

    private static X509Certificate2 Certify(SecurityFolder folder, ECDsa key, TimeProvider time)
    {
        // The same name for the same key: what was issued before goes on being valid.
        var name = new X500DistinguishedName($"CN=FpingCluster CA {PinOf(new PublicKey(key))[..8]}");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - CertificateLifetimes.ClockDifference, now.AddYears(CertificateLifetimes.AuthorityYears));
        folder.Write(CertificateFile, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    private static ECDsa ReadKey(SecurityFolder folder, byte[] text)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(text));
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw Damaged(folder, KeyFile, exception);
        }
    }

    private static X509Certificate2 ReadCertificate(SecurityFolder folder, byte[] text)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(text));
        }
        catch (CryptographicException exception)
        {
            throw Damaged(folder, CertificateFile, exception);
        }
    }

    private static UserErrorException Damaged(SecurityFolder folder, string file, Exception exception) => new(
        $"{folder.PathOf(file)} is damaged ({exception.Message.TrimEnd('.')}); restore it from a backup, or move {folder.Path} away: then there is a new CA, and every agent enrols anew",
        exception);
}
