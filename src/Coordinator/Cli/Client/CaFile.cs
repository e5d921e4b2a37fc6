using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Whom a command trusts to be the coordinator.</summary>
internal static class CaFile
{
    /// <param name="setting">What named the file.</param>
    /// <exception cref="UserErrorException">It cannot be read, or holds no certificate.</exception>
    public static X509Certificate2Collection Read(string file, string setting)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UserErrorException($"{setting}: cannot use {file}: {exception.Message.TrimEnd('.')}; name a PEM file with the CA's certificate", exception);
        }
    }
}
