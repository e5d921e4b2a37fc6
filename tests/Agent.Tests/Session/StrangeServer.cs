using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>Something else than a coordinator: says its greeting to whoever connects and hangs up when the other side does.</summary>
internal sealed class StrangeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public StrangeServer(string greeting)
    {
        _listener.Start();
        _accepting = AcceptAsync(Encoding.Latin1.GetBytes(greeting));
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync(byte[] greeting)
    {
        while (true)
        {
            // Many at once: the client's connection pool tries several times before it gives up.
            _ = GreetAsync(await _listener.AcceptTcpClientAsync(), greeting);
        }
    }

    private static async Task GreetAsync(TcpClient client, byte[] greeting)
    {
        using var peer = client;
        try
        {
            await peer.GetStream().WriteAsync(greeting);
            peer.Client.Shutdown(SocketShutdown.Send);
            await peer.GetStream().CopyToAsync(Stream.Null);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The other side has heard enough.
        }
    }
}
