using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Agent.Session;

internal sealed class GrpcSessionStream(GrpcChannel channel, AsyncDuplexStreamingCall<AgentMessage, CoordinatorMessage> call) : ISessionStream
{
    public Task WriteAsync(AgentMessage message, CancellationToken cancellationToken) => call.RequestStream.WriteAsync(message, cancellationToken);

    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    public IAsyncEnumerable<CoordinatorMessage> ReadAllAsync(CancellationToken cancellationToken) => call.ResponseStream.ReadAllAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
