using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Session;

/// <summary>One stream to one coordinator. One caller writes, one reads; disposing ends both.</summary>
internal interface ISessionStream : IAsyncDisposable
{
    Task WriteAsync(AgentMessage message, CancellationToken cancellationToken);

    /// <summary>Nothing will be written any more; the coordinator then ends the stream.</summary>
    Task CompleteAsync();

    IAsyncEnumerable<CoordinatorMessage> ReadAllAsync(CancellationToken cancellationToken);
}
