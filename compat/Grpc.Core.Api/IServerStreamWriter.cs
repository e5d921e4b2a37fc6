namespace Grpc.Core;

/// <summary>The responses of a call, at the server. They end when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
