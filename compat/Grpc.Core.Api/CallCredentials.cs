using Grpc.Core.Internal;

namespace Grpc.Core;

/// <summary>Credentials sent with each call, as opposed to those of the connection.</summary>
public abstract class CallCredentials
{
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor) => new InterceptorCallCredentials(interceptor);

    /// <summary>All of <paramref name="credentials"/>, at least two, applied in their order.</summary>
    public static CallCredentials Compose(params CallCredentials[] credentials) => new CompositeCallCredentials(credentials);

    /// <summary>Hands what these credentials consist of to the transport.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);
}
