using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>Looks at the first byte of a connection and leaves it where it is.</summary>
internal static class FirstByte
{
    // Of a TLS record that holds a handshake message. No method of HTTP and no preface of HTTP/2 begins with it.
    private const byte TlsHandshake = 0x16;

    // As long as a connection without a request is kept.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Who says nothing in time, or leaves before, is hung up on.</summary>
    public static async Task ChooseAsync(ConnectionContext connection, ConnectionDelegate withTls, ConnectionDelegate withoutTls, TimeProvider time)
    {
        if (await PeekAsync(connection, time) is { } first)
        {
            await (first == TlsHandshake ? withTls : withoutTls)(connection);
        }
    }

    // Also ended by a stop of the server, which would wait for this connection else.
    private static async Task<byte?> PeekAsync(ConnectionContext connection, TimeProvider time)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var patience = new CancellationTokenSource(Patience, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping, connection.ConnectionClosed);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(ended.Token);
            byte? first = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0];
            input.AdvanceTo(read.Buffer.Start);
            return first;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
