using System.Net;
using System.Net.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>What the coordinator shows whoever connects, to agents and on the API alike. Thread-safe.</summary>
internal interface IServerCertificate
{
    /// <summary>What keeps it from being as it should be, with what to do; null when nothing does.</summary>
    string? Trouble { get; }

    /// <param name="local">The address of ours to which the connection came.</param>
    SslStreamCertificateContext For(IPAddress? local);
}
