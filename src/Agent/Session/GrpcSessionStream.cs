using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Agent.Session;

internal sealed class GrpcSessionStream(GrpcChannel channel, AsyncDuplexStreamingCall<AgentMessage, CoordinatorMessage> call) : ISessionStream
{
    public async Task WriteAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            // How the library says that the call is over; the reader learns why.
            throw new IOException(exception.Message, exception);
        }
    }

    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    public IAsyncEnumerable<CoordinatorMessage> ReadAllAsync(CancellationToken cancellationToken) => call.ResponseStream.ReadAllAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
