namespace FpingCluster.Shared.Targets;

/// <summary>Asks for the addresses of a host name.</summary>
public interface INameResolver
{
    /// <summary>Does not throw for a name that cannot be resolved: that is an answer.</summary>
    Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation);
}
