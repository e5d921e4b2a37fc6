using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FpingCluster.Coordinator.Api;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Sessions;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Targets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>Puts a coordinator together: the gRPC port for agents and, for a service, the API's port.</summary>
internal static class CoordinatorHost
{
    private const string HowToFindIt = "stop the program that has it (ss -ltnp shows which)";

    /// <exception cref="UserErrorException">It could not listen where it is to; nothing is made then, no data folder either.</exception>
    public static WebApplication Build(HostSettings settings, LogLevel level, Action<IServiceCollection>? configure = null)
    {
        TryListen(settings.Grpc, settings.Names.Grpc);
        TryListen(settings.Http, settings.Names.Http);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // What hinders the start is told by StartAsync, without a stack trace.
        builder.Logging.AddFpingClusterLogging(level).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(settings)
            .AddSingleton(settings.Cluster)
            .AddSingleton<IResultStore>(services =>
                SqliteResultStore.Open(settings.DataDir, settings.Names.DataDir, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<INameResolver, DnsNameResolver>()
            .AddSingleton<TargetCatalog>()
            .AddSingleton<RoundOutput>()
            .AddSingleton<ClusterLoop>()
            .AddSingleton<RoundRecovery>()
            .AddSecurity(settings)
            .AddHostedService(services => services.GetRequiredService<ClusterLoop>());
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MessageLimits.MaxBytes)
            .AddServiceOptions<AgentEnrolmentService>(grpc => grpc.MaxReceiveMessageSize = AgentEnrolmentService.MaxRequestBytes);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<AgentGatewayService>();
        app.MapGrpcService<AgentEnrolmentService>();
        if (settings.Http is not null)
        {
            app.MapApi();
        }

        return app;
    }

    /// <summary>Where agents and, if it is served, the API are heard: with real numbers where any port was asked for. After the start.</summary>
    public static IReadOnlyList<IPEndPoint> Endpoints(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => IPEndPoint.Parse(new Uri(address).Authority))];

    /// <summary>Starts listening. A port that was free at <see cref="Build"/> may be taken by now.</summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // What is wrong with the files that it stands on is told before anybody can connect.
        app.Services.GetRequiredService<IServerCertificate>();
        app.Services.GetRequiredService<AgentCertificates>();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new UserErrorException($"{exception.Message.TrimEnd('.')}; {HowToFindIt}", exception);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, HostSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        // Above this whoever comes is hung up on, so that descriptors are left for the store; agents come again.
        kestrel.Limits.MaxConcurrentConnections = 16_384;
        // An agent has one session on a connection of its own; the rest is for one that has just ended.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 4;
        // Who connects and never begins a session is let go after this.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        // Agents stay for weeks and may send little: neither a slow body nor a long one is a fault here.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(settings.Grpc, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.SecureForAgents(settings);
        });
        if (settings.Http is { } http)
        {
            kestrel.Listen(http, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.SecureForClients(settings);
            });
        }
    }

    private static void TryListen(IPEndPoint? endpoint, string setting)
    {
        try
        {
            (endpoint is null ? null : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint))?.Dispose();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new UserErrorException($"cannot listen on {endpoint}: address already in use; {HowToFindIt}, or listen elsewhere with {setting}", exception);
        }
        catch (SocketException exception)
        {
            throw new UserErrorException(
                $"cannot listen on {endpoint}: {exception.Message}; name an address of this host and a port that this user may open with {setting}", exception);
        }
    }
}
