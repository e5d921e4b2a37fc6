namespace Grpc.Core;

/// <summary>Adds the authentication headers of one call to <paramref name="metadata"/>.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
