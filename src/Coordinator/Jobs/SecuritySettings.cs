using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>How the coordinator is known to others and they to it.</summary>
internal sealed record SecuritySettings
{
    public static readonly TimeSpan DefaultAgentLifetime = TimeSpan.FromHours(24);

    /// <summary>Host names and addresses for the certificate, on top of those that the host itself knows.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Null: the certificate comes from the coordinator's own CA.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>The CA of agents' certificates that others issue; null: agents enrol here.</summary>
    public string? AgentsCa { get; init; }

    /// <summary>Of the certificates that agents get here.</summary>
    public TimeSpan AgentLifetime { get; init; } = DefaultAgentLifetime;

    public JoinTokenSettings? JoinToken { get; init; }

    /// <summary>What who shows no token may do through the API; null: nothing.</summary>
    public TokenRole? Anonymous { get; init; }
}
