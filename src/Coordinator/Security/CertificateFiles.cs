using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>Reads certificates that come from outside, PEM files all.</summary>
internal static class CertificateFiles
{
    /// <exception cref="UserErrorException">It cannot be read, or holds none.</exception>
    public static X509Certificate2Collection ReadCertificates(string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UserErrorException($"cannot read {file}: {exception.Message.TrimEnd('.')}; name a PEM file with the certificates", exception);
        }

        return certificates.Count > 0 ? certificates : throw new UserErrorException($"{file} holds no certificate; name a PEM file with the certificates");
    }

    /// <exception cref="UserErrorException">They cannot be read, are none, or do not belong together.</exception>
    public static X509Certificate2Collection ReadPair(TlsFiles files) => Parse(ReadTexts(files), files);

    /// <exception cref="UserErrorException">They cannot be read.</exception>
    public static (string Certificate, string Key) ReadTexts(TlsFiles files)
    {
        try
        {
            return (File.ReadAllText(files.Certificate), File.ReadAllText(files.Key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read the certificate and its key: {exception.Message.TrimEnd('.')}; name PEM files that this user may read", exception);
        }
    }

    /// <returns>The chain, whose first has its key.</returns>
    /// <exception cref="UserErrorException">They are none, or do not belong together.</exception>
    public static X509Certificate2Collection Parse((string Certificate, string Key) texts, TlsFiles files)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(texts.Certificate);
            var server = X509Certificate2.CreateFromPem(texts.Certificate, texts.Key);
            chain[0].Dispose();
            chain[0] = server;
            return chain;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new UserErrorException(
                $"{files.Certificate} and {files.Key} are no certificate and its key: {exception.Message.TrimEnd('.')}; give PEM files, the full chain in the first, " +
                "the key in the second and not encrypted", exception);
        }
    }
}
