namespace FpingCluster.Shared.Leases;

/// <summary>An agent's identity, made once and kept on its disk.</summary>
public readonly record struct AgentId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}
