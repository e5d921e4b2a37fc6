using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

/// <summary>Flattens call credentials as a transport does.</summary>
internal sealed class RecordingConfigurator : CallCredentialsConfiguratorBase
{
    public List<(object? State, AsyncAuthInterceptor Interceptor)> Interceptors { get; } = [];

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var part in credentials)
        {
            part.InternalPopulateConfiguration(this, state);
        }
    }

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
        Interceptors.Add((state, interceptor));
}
