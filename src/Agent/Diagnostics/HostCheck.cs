using System.Net.Sockets;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>Everything about this host that can be told without sending a packet.</summary>
internal static class HostCheck
{
    /// <param name="rawBuffer">Bytes of the receive buffer that the raw engine gets; null: no socket.</param>
    public static IReadOnlyList<Finding> Look(HostFiles files, Func<SocketType, SocketError> open, int? rawBuffer, int pingsPerSecond) =>
        [
            .. IcmpSockets.Check(files, open),
            KernelLimits.RawBuffer(rawBuffer, pingsPerSecond),
            .. KernelLimits.Check(files, pingsPerSecond),
            NeighbourTable.Check(files),
            CpuShare.Check(files),
        ];
}
