using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Api;

/// <summary>Who may call the API besides those with a token, and under which names it is reached.</summary>
internal sealed record ApiAccess
{
    /// <summary>The role of who shows no token; null: none.</summary>
    public TokenRole? Anonymous { get; init; }

    /// <summary>Besides this host's own.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}
