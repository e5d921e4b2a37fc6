using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FpingCluster.TestKit.Certificates;

/// <summary>A CA of a test's own, independent of the product's: it certifies whatever it is asked to.</summary>
public sealed class TestAuthority : IDisposable
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _withKey;

    public TestAuthority(string name = "Test CA", TestAuthority? parent = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _withKey = parent is null ? request.CreateSelfSigned(Begin, Begin.AddYears(30)) : Signed(request, parent);
        Certificate = X509CertificateLoader.LoadCertificate(_withKey.RawData);
    }

    /// <summary>Without its key.</summary>
    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    /// <param name="from">Null: long ago.</param>
    /// <param name="until">Null: in many years.</param>
    public X509Certificate2 Issue(string commonName, string use, DateTimeOffset? from = null, DateTimeOffset? until = null, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        using var certificate = request.Create(_withKey, from ?? Begin, until ?? Begin.AddYears(28), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A client's certificate for the key of a signing request.</summary>
    public X509Certificate2 Certify(byte[] signingRequest, string commonName, DateTimeOffset from, DateTimeOffset until)
    {
        var key = CertificateRequest.LoadSigningRequest(signingRequest, HashAlgorithmName.SHA256).PublicKey;
        var request = new CertificateRequest(new X500DistinguishedName($"CN={commonName}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientUse)], critical: false));
        return request.Create(_withKey, from, until, RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>A server on loopback.</summary>
    public X509Certificate2 IssueServer(DateTimeOffset? from = null, DateTimeOffset? until = null) => Issue("server", ServerUse, from, until, "localhost", "127.0.0.1");

    /// <summary>Writes a certificate and its key as PEM files.</summary>
    public static void Write(X509Certificate2 certificate, string certificateFile, string keyFile)
    {
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private X509Certificate2 Signed(CertificateRequest request, TestAuthority parent)
    {
        using var certificate = request.Create(parent._withKey, Begin, Begin.AddYears(29), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(_key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _withKey.Dispose();
        _key.Dispose();
    }
}
