namespace Grpc.Core;

/// <summary>Carries what a call inherits; only a transport makes one.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
