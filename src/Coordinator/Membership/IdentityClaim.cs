namespace FpingCluster.Coordinator.Membership;

/// <summary>A newcomer that says it is an agent whose other boot is connected.</summary>
/// <param name="Since">A timestamp: from when on a word of that other boot proves that there are two.</param>
internal sealed record IdentityClaim(AgentIntroduction Introduction, IAgentLink Link, long Since);
