using System.Net;
using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>What a coordinator process needs to stand up.</summary>
/// <param name="Http">Null: no API (a one-shot run).</param>
/// <param name="Insecure">Plain http is accepted beyond loopback.</param>
internal sealed record HostSettings(IPEndPoint Grpc, IPEndPoint? Http, bool Insecure, string DataDir, ClusterOptions Cluster, SettingNames Names)
{
    public SecuritySettings Security { get; init; } = new();

    /// <summary>Who may read the file of <see cref="SecuritySettings.JoinToken"/>.</summary>
    public UnixFileMode JoinTokenMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
