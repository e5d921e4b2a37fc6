namespace FpingCluster.Coordinator.Security;

/// <summary>A line of the audit log; property names are the JSON's, in snake_case.</summary>
internal sealed record AuditEntry
{
    /// <summary>Set by the log.</summary>
    public DateTimeOffset Time { get; init; }

    public required AuditActor Who { get; init; }

    /// <summary>The address it was asked from; null when nobody asked.</summary>
    public string? From { get; init; }

    /// <summary>token.create, agent.drain, login.refused…</summary>
    public required string What { get; init; }

    public string? On { get; init; }

    public AuditOutcome Outcome { get; init; }

    public string? Why { get; init; }

    /// <summary>Of refusals that were only counted.</summary>
    public int? Count { get; init; }
}
