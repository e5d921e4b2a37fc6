using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>
/// HTTP/2 by hand, as no library would write it: one call of the agents' method, whose bytes are the test's own. It answers the server's pings, so that nothing
/// but what it does is wrong with it, and remembers how the server ended the call.
/// </summary>
internal sealed class RawHttp2Client : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte Ack = 1, EndHeaders = 4;

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawHttp2Client()
    {
    }

    /// <summary>How the server ended the call: the text of its trailers, or what it sent in place of them.</summary>
    public Task<string> End => _end.Task;

    /// <summary>Preface, settings and the begin of a call, as one piece of bytes.</summary>
    /// <param name="window">How many bytes of answer the server may send.</param>
    public static byte[] Opening(Uri coordinator, uint window = 65_535)
    {
        var settings = new byte[6];
        // SETTINGS_INITIAL_WINDOW_SIZE
        settings[1] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(settings.AsSpan(2), window);
        return [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, stream: 0, settings), .. Frame(Headers, EndHeaders, stream: 1, HeaderBlock(coordinator))];
    }

    public static async Task<RawHttp2Client> CallAsync(Uri coordinator, uint window = 65_535)
    {
        var client = new RawHttp2Client();
        await client._tcp.ConnectAsync(coordinator.Host, coordinator.Port);
        await client.WriteAsync(Opening(coordinator, window));
        _ = client.ReadAsync();
        return client;
    }

    /// <summary>A gRPC message: uncompressed, its length, its bytes.</summary>
    public Task SendMessageAsync(ReadOnlySpan<byte> message) => SendMessageAsync((uint)message.Length, message);

    /// <param name="claimed">The length that it pretends to have.</param>
    public Task SendMessageAsync(uint claimed, ReadOnlySpan<byte> message)
    {
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), claimed);
        message.CopyTo(framed.AsSpan(5));
        return WriteAsync(Frame(Data, 0, stream: 1, framed));
    }

    public async Task WriteAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _tcp.GetStream().WriteAsync(bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    // Ends when the server hangs up or this side is disposed.
    private async Task ReadAsync()
    {
        var header = new byte[9];
        try
        {
            while (true)
            {
                await _tcp.GetStream().ReadExactlyAsync(header);
                var payload = new byte[header[0] << 16 | header[1] << 8 | header[2]];
                await _tcp.GetStream().ReadExactlyAsync(payload);
                await TakeAsync(header[3], header[4], payload);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            _end.TrySetResult("the connection was closed");
        }
    }

    private async Task TakeAsync(byte type, byte flags, byte[] payload)
    {
        switch (type)
        {
            case Ping when (flags & Ack) == 0:
                await WriteAsync(Frame(Ping, Ack, stream: 0, payload));
                break;
            case Settings when (flags & Ack) == 0:
                await WriteAsync(Frame(Settings, Ack, stream: 0, []));
                break;
            case ResetStream:
                _end.TrySetResult($"reset {BinaryPrimitives.ReadUInt32BigEndian(payload)}");
                break;
            case GoAway:
                _end.TrySetResult($"goaway {BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4))}");
                break;
            case Headers when Encoding.ASCII.GetString(payload) is var text && text.Contains("grpc-status", StringComparison.Ordinal):
                _end.TrySetResult(text);
                break;
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    // RFC 7541: POST and http stand in the static table, the rest is literal and not indexed.
    private static byte[] HeaderBlock(Uri coordinator) =>
    [
        0x83, 0x86,
        0x04, .. Text("/fpingcluster.agent.v1.AgentGateway/Session"),
        0x01, .. Text(coordinator.Authority),
        0x0F, 0x10, .. Text("application/grpc"),
        0x00, .. Text("te"), .. Text("trailers"),
    ];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
