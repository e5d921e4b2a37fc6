namespace FpingCluster.Coordinator.Security;

/// <summary>Who did something.</summary>
/// <param name="Kind">token, agent, anonymous or coordinator.</param>
/// <param name="Id">Of the token or the agent.</param>
internal sealed record AuditActor(string Kind, string? Id = null, string? Name = null)
{
    public static AuditActor Anonymous { get; } = new("anonymous");

    public static AuditActor Coordinator { get; } = new("coordinator");

    public static AuditActor Token(string id, string name) => new("token", id, name);

    public static AuditActor Agent(string id, string name) => new("agent", id, name);

    public override string ToString() => Id is null ? Kind : $"{Kind} {Id} ({Name})";
}
