using System.Net.Sockets;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>Everything about this host that can be told without sending a packet.</summary>
internal static class HostCheck
{
    public static IReadOnlyList<Finding> Look(HostFiles files, Func<SocketType, SocketError> open, int pingsPerSecond) =>
        [.. IcmpSockets.Check(files, open), .. KernelLimits.Check(files, pingsPerSecond), CpuShare.Check(files)];
}
