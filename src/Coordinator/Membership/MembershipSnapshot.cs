namespace FpingCluster.Coordinator.Membership;

/// <summary>Who is in the cluster. A change is a new snapshot with a higher version.</summary>
internal sealed record MembershipSnapshot(long Version, IReadOnlyList<AgentMember> Agents)
{
    public static readonly MembershipSnapshot Empty = new(0, []);
}
