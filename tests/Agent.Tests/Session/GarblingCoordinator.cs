using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>Answers the agents' method over right HTTP/2 with bytes that a test chose, one body for each session.</summary>
internal sealed class GarblingCoordinator : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GarblingCoordinator(WebApplication application) => _application = application;

    public Uri Url => new(_application.Urls.Single());

    public static async Task<GarblingCoordinator> StartAsync(byte[] body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var application = builder.Build();
        application.MapPost("/fpingcluster.agent.v1.AgentGateway/Session", context => AnswerAsync(context, body));
        await application.StartAsync();
        return new GarblingCoordinator(application);
    }

    /// <summary>A gRPC message of these bytes.</summary>
    /// <param name="claimed">The length that it pretends to have; null: its own.</param>
    public static byte[] Message(byte[] payload, uint? claimed = null, byte isCompressed = 0)
    {
        var length = claimed ?? (uint)payload.Length;
        return [isCompressed, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload];
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    // The body stays open until the agent goes.
    private static async Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
