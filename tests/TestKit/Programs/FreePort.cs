using System.Net;
using System.Net.Sockets;

namespace FpingCluster.TestKit.Programs;

public static class FreePort
{
    /// <summary>A TCP port of 127.0.0.1 that nobody had a moment ago.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
