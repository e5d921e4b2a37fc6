using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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

    /// <param name="certificate">What <paramref name="certificateFile"/> says: the server's certificate, then those that lead to its CA.</param>
    /// <returns>All of them, the first with its key.</returns>
    /// <exception cref="UserErrorException">They are none, or do not belong together.</exception>
    public static X509Certificate2Collection ReadPair(string certificate, string key, string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            var server = X509Certificate2.CreateFromPem(certificate, key);
            if (chain.Count > 0)
            {
                chain[0].Dispose();
                chain[0] = server;
            }

            return chain;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new UserErrorException(
                $"{certificateFile} and {keyFile} are no certificate and its key: {exception.Message.TrimEnd('.')}; give PEM files, the full chain in the first, " +
                "the key in the second and not encrypted", exception);
        }
    }
}
