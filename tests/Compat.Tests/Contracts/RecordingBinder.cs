using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

/// <summary>Notes each method that is bound with a handler.</summary>
internal sealed class RecordingBinder : ServiceBinderBase
{
    public List<string> Methods { get; } = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Note(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Note(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Note(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Note(method, handler);

    private void Note(IMethod method, Delegate? handler)
    {
        Assert.NotNull(handler);
        Methods.Add($"{method.Type} {method.FullName}");
    }
}
