namespace Grpc.Core;

/// <summary>Writes the messages of a stream, one write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Null for the transport's defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    Task WriteAsync(T message);

    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException($"{GetType().Name} cannot cancel a write.")
            : WriteAsync(message);
}
