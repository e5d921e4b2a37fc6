using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

/// <summary>The CA of certificates that others issue to agents (security.agents.ca), read again when an agent shows such a certificate. Thread-safe.</summary>
internal sealed partial class OutsideAuthority
{
    private readonly string _file;
    private readonly ILogger _logger;
    private volatile X509Certificate2Collection _certificates;

    /// <exception cref="UserErrorException">The file holds no certificate.</exception>
    public OutsideAuthority(string file, ILogger<OutsideAuthority> logger) => (_file, _logger, _certificates) = (file, logger, CertificateFiles.ReadCertificates(file));

    /// <summary>Those of the file, or, while that is none, those that it held before.</summary>
    public X509Certificate2Collection Read()
    {
        try
        {
            _certificates = CertificateFiles.ReadCertificates(_file);
        }
        catch (UserErrorException exception)
        {
            Log.NotReloaded(_logger, exception.Message);
        }

        return _certificates;
    }
}
