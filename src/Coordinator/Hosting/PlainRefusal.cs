using Microsoft.AspNetCore.Connections;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>What somebody gets who speaks plain text to a port that takes TLS alone.</summary>
internal static class PlainRefusal
{
    private const string Words = "This port speaks https alone: write the address with https://\n";

    private static readonly byte[] BadRequest = System.Text.Encoding.ASCII.GetBytes(
        $"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {Words.Length}\r\n\r\n{Words}");

    /// <summary>Nothing: HTTP/2 has no words for it that an agent would show.</summary>
    public static Task HangUp(ConnectionContext connection) => Task.CompletedTask;

    /// <summary>An answer that a browser or curl shows.</summary>
    public static async Task NameHttps(ConnectionContext connection)
    {
        await connection.Transport.Output.WriteAsync(BadRequest);
        await connection.Transport.Output.CompleteAsync();
    }
}
