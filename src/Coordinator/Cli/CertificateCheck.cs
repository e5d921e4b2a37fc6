using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Reads the certificates that a configuration names, as a start would.</summary>
internal static class CertificateCheck
{
    public static IEnumerable<ConfigurationError> Errors(string path, SecuritySettings security)
    {
        if (security.Tls is { } tls && Fault(() => CertificateFiles.ReadPair(tls)) is { } pairFault)
        {
            yield return new ConfigurationError(path, 0, "security.tls", pairFault);
        }

        if (security.AgentsCa is { } file && Fault(() => CertificateFiles.ReadCertificates(file)) is { } fault)
        {
            yield return new ConfigurationError(path, 0, "security.agents.ca", fault);
        }
    }

    private static string? Fault(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (UserErrorException exception)
        {
            return exception.Message;
        }
    }
}
