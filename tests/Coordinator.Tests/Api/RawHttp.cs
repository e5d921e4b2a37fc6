using System.Net.Sockets;
using System.Text;
using FpingCluster.Coordinator.Tests.Hosting;

namespace FpingCluster.Coordinator.Tests.Api;

/// <summary>Requests as no client of HTTP would write them, and answers as they come.</summary>
internal static class RawHttp
{
    /// <param name="head">Request line and headers, without the empty line at the end.</param>
    public static async Task<string> SendAsync(Uri api, string head, string body = "")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(api.Host, api.Port);
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(TestAgent.Patience, TimeProvider.System);
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{head.ReplaceLineEndings("\r\n")}\r\nConnection: close\r\n\r\n{body}"), patience.Token);
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // It hung up before it had read everything.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
