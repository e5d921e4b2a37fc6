using System.Net;
using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>What a coordinator process needs to stand up.</summary>
/// <param name="Http">Null: no API (a one-shot run).</param>
/// <param name="Insecure">Plain http is accepted beyond loopback.</param>
internal sealed record HostSettings(IPEndPoint Grpc, IPEndPoint? Http, bool Insecure, string DataDir, ClusterOptions Cluster, SettingNames Names)
{
    /// <summary>Whether plain text does not leave this host there, or is accepted all the same.</summary>
    public bool TakesPlain(IPEndPoint listen) => Insecure || IPAddress.IsLoopback(listen.Address);

    public SecuritySettings Security { get; init; } = new();

    /// <summary>Who may read the file of <see cref="SecuritySettings.JoinToken"/>.</summary>
    public UnixFileMode JoinTokenMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
