namespace Grpc.Core;

/// <summary>The requests of a call, at the client.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no request follows; the responses go on.</summary>
    Task CompleteAsync();
}
