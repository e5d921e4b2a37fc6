using System.Net;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>Refuses every agent as a coordinator of another version does.</summary>
internal sealed class RefusingCoordinator : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RefusingCoordinator(WebApplication application) => _application = application;

    public int Port => new Uri(_application.Urls.Single()).Port;

    public static async Task<RefusingCoordinator> StartAsync(string why)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Gateway(why));
        var application = builder.Build();
        application.MapGrpcService<Gateway>();
        await application.StartAsync();
        return new RefusingCoordinator(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private sealed class Gateway(string why) : AgentGateway.AgentGatewayBase
    {
        public override async Task Session(
            IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CoordinatorMessage> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, why));
        }
    }
}
