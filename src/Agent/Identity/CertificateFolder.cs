using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Identity;

/// <summary>What an enrolled agent keeps in its data directory: its key, which never leaves it, its certificate, and its coordinator's CA.</summary>
internal sealed class CertificateFolder(string dataDirectory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _key = Path.Combine(dataDirectory, "agent.key");
    private readonly string _certificate = Path.Combine(dataDirectory, "agent.crt");
    private readonly string _authority = Path.Combine(dataDirectory, "ca.crt");

    /// <returns>Null when this agent has not enrolled yet.</returns>
    /// <exception cref="CredentialsException">The files cannot be read, or are damaged.</exception>
    public AgentCertificate? ReadCertificate() => File.Exists(_certificate) && File.Exists(_key)
        ? Guard(_certificate, () => new AgentCertificate(X509Certificate2.CreateFromPemFile(_certificate, _key), []))
        : null;

    /// <returns>Null when this agent has not enrolled yet.</returns>
    /// <exception cref="CredentialsException">The file cannot be read, or is damaged.</exception>
    public X509Certificate2? ReadAuthority() => File.Exists(_authority) ? Guard(_authority, () => X509CertificateLoader.LoadCertificateFromFile(_authority)) : null;

    /// <summary>The same key each time: asking again after a lost answer is asking for the same.</summary>
    /// <exception cref="CredentialsException">The file cannot be read, is damaged, or cannot be written.</exception>
    public ECDsa ReadOrMakeKey() => Guard(_key, () =>
    {
        if (!File.Exists(_key))
        {
            var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Write(_key, made.ExportPkcs8PrivateKeyPem());
            return made;
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_key));
        return key;
    });

    /// <exception cref="CredentialsException">They cannot be written.</exception>
    public void Keep(X509Certificate2 certificate, X509Certificate2 authority) => Guard(_certificate, () =>
    {
        Write(_authority, authority.ExportCertificatePem());
        Write(_certificate, certificate.ExportCertificatePem());
        return certificate;
    });

    /// <summary>This agent is not the one that they belong to.</summary>
    /// <exception cref="UserErrorException">They cannot be deleted, and another agent's key must not be used.</exception>
    public void Discard()
    {
        try
        {
            File.Delete(_certificate);
            File.Delete(_key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot delete {_key}: {exception.Message.TrimEnd('.')}; it is another agent's key, delete it yourself", exception);
        }
    }

    private static void Write(string path, string text)
    {
        using var file = AtomicFile.Replace(path, OwnerOnly);
        file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(text + "\n")));
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CredentialsException(
                $"{path} is damaged ({exception.Message.TrimEnd('.')}); restore it, or delete agent-id, agent.key and agent.crt beside it and enrol as a new agent", isFinal: true, exception);
        }
        catch (OutputException exception)
        {
            throw new CredentialsException(exception.Message, isFinal: false, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsException($"cannot use {path}: {exception.Message.TrimEnd('.')}", isFinal: false, exception);
        }
    }
}
