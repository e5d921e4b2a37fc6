namespace Grpc.Core;

/// <summary>Reads the messages of a stream, one read at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    /// <summary>False at the end of the stream; an <see cref="RpcException"/> if it ended with an error.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
