using System.Net;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>A real gRPC server on loopback that runs a script for each session.</summary>
internal sealed class ScriptedCoordinator : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedCoordinator(WebApplication application) => _application = application;

    public Uri Url => new(_application.Urls.Single());

    /// <param name="port">Zero takes a free one.</param>
    public static async Task<ScriptedCoordinator> StartAsync(Func<ScriptedSession, Task> script, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MessageLimits.MaxBytes);
        builder.Services.AddSingleton(script);
        var application = builder.Build();
        application.MapGrpcService<Gateway>();
        await application.StartAsync();
        return new ScriptedCoordinator(application);
    }

    /// <summary>Ends every session in the middle of what it does.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _application.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Sessions were cut off, as was asked.
        }

        await _application.DisposeAsync();
    }

    private sealed class Gateway(Func<ScriptedSession, Task> script) : AgentGateway.AgentGatewayBase
    {
        public override Task Session(
            IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CoordinatorMessage> responseStream, ServerCallContext context) =>
            script(new ScriptedSession(requestStream, responseStream, context));
    }
}
