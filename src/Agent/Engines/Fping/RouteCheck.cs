using System.Net;
using System.Net.Sockets;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Tells a target that never answers from one to which nothing can be sent: quiet fping shows a failed sendto() as a lost ping. Connecting a UDP
/// socket looks the route up and sends nothing.
/// </summary>
internal sealed class RouteCheck : IDisposable
{
    private const int DiscardPort = 9;

    private readonly Lazy<Socket> _ipv4 = new(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), isThreadSafe: false);
    private readonly Lazy<Socket> _ipv6 = new(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp), isThreadSafe: false);

    /// <summary>0 when there is a route, else the errno.</summary>
    public int Errno(TargetAddress target)
    {
        try
        {
            (target.IsIPv4 ? _ipv4 : _ipv6).Value.Connect(new IPEndPoint(target.ToIPAddress(), DiscardPort));
            return 0;
        }
        catch (SocketException exception)
        {
            return exception.NativeErrorCode;
        }
    }

    public void Dispose()
    {
        foreach (var socket in (Lazy<Socket>[])[_ipv4, _ipv6])
        {
            if (socket.IsValueCreated)
            {
                socket.Value.Dispose();
            }
        }
    }
}
