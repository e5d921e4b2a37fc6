using System.Net;
using System.Net.Sockets;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>Answers whatever it is sent with a line that is no HTTP/2, and hangs up.</summary>
internal sealed class GarbageServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public GarbageServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    // Ends when the listener is disposed.
    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("220 mail.example ESMTP at your service, and some more bytes of no meaning\r\n"u8.ToArray());
                await client.GetStream().CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                // The client hung up first.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
