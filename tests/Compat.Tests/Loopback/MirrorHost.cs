using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Compat.Tests.Loopback;

/// <summary>A mirror on a free port of loopback, without TLS, and a channel to it.</summary>
internal sealed class MirrorHost : IAsyncDisposable
{
    /// <summary>Of a request, in bytes.</summary>
    public const int MessageLimit = 64 * 1024;

    /// <summary>How long a test waits for what must happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _application;

    private MirrorHost(WebApplication application)
    {
        _application = application;
        Channel = GrpcChannel.ForAddress(application.Urls.Single());
        Client = new Mirror.MirrorClient(Channel);
    }

    public GrpcChannel Channel { get; }

    public Mirror.MirrorClient Client { get; }

    public WaitingCalls WaitingCalls => _application.Services.GetRequiredService<WaitingCalls>();

    public static async Task<MirrorHost> StartAsync(Action<GrpcServiceOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<WaitingCalls>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MessageLimit;
            configure?.Invoke(grpc);
        });
        var application = builder.Build();
        application.MapGrpcService<MirrorService>();
        await application.StartAsync();
        return new MirrorHost(application);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _application.DisposeAsync();
    }
}
