using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FpingCluster.Agent.Identity;

/// <summary>Certificates that others issue and renew: PEM files, read whenever they are needed.</summary>
internal static class OutsideFiles
{
    /// <exception cref="CredentialsException">There are none in it.</exception>
    public static X509Certificate2Collection ReadCertificates(string file) => Guard(file, () =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(File.ReadAllText(file));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate");
    });

    /// <param name="certificate">May hold the rest of the chain too.</param>
    /// <exception cref="CredentialsException">They are none, or do not belong together.</exception>
    public static AgentCertificate ReadPair(string certificate, string key) => Guard(certificate, () =>
    {
        var chain = ReadCertificates(certificate);
        chain.RemoveAt(0);
        return new AgentCertificate(X509Certificate2.CreateFromPemFile(certificate, key), chain);
    });

    // Whoever renews them may be in the middle of it.
    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CredentialsException($"cannot use {file}: {exception.Message.TrimEnd('.')}; see --certificate, --key and --ca-file", isFinal: false, exception);
        }
    }
}
