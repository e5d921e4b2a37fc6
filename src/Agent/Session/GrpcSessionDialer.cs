using FpingCluster.Shared.Protocol;
using Grpc.Net.Client;

namespace FpingCluster.Agent.Session;

/// <summary>Opens sessions over gRPC, each on a connection of its own, so that nothing of a broken one is used again.</summary>
internal sealed class GrpcSessionDialer : ISessionDialer
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    public ISessionStream Dial(Uri coordinator)
    {
        var channel = GrpcChannel.ForAddress(coordinator, new GrpcChannelOptions
        {
            HttpHandler = NewHandler(coordinator),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MessageLimits.MaxBytes,
            MaxSendMessageSize = MessageLimits.MaxBytes,
        });
        return new GrpcSessionStream(channel, channel.CreateCallInvoker().AsyncDuplexStreamingCall(SessionMethod.Definition, host: null, default));
    }

    private static SocketsHttpHandler NewHandler(Uri coordinator) => new()
    {
        ConnectTimeout = ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        // Half-open streams are found by the session's own silence timer; these pings keep NAT entries alive.
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = KeepAlive,
        KeepAlivePingTimeout = KeepAlive,
        // HTTP/2 without TLS cannot pass a proxy.
        UseProxy = coordinator.Scheme == Uri.UriSchemeHttps,
    };
}
