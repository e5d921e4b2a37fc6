using System.Net.Security;
using FpingCluster.Shared.Protocol;
using Grpc.Net.Client;

namespace FpingCluster.Agent.Identity;

/// <summary>Opens connections to coordinators, each for one purpose, so that nothing of a broken one is used again.</summary>
internal static class CoordinatorChannel
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <param name="tls">Null for a plain http address, and for no other.</param>
    public static GrpcChannel Open(Uri coordinator, SslClientAuthenticationOptions? tls)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            // Half-open streams are found by the session's own silence timer; these pings keep NAT entries alive.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = KeepAlive,
            KeepAlivePingTimeout = KeepAlive,
            // HTTP/2 without TLS cannot pass a proxy.
            UseProxy = tls is not null,
        };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        return GrpcChannel.ForAddress(coordinator, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MessageLimits.MaxBytes,
            MaxSendMessageSize = MessageLimits.MaxBytes,
        });
    }
}
