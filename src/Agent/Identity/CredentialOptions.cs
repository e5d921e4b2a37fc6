namespace FpingCluster.Agent.Identity;

/// <summary>What the command line says of how this agent and its coordinators know one another.</summary>
internal sealed record CredentialOptions
{
    /// <summary>Holds a join token, for as long as this agent has no certificate.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A certificate that others issue, with <see cref="Key"/>; null: the agent enrols.</summary>
    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>The CA of the coordinators' certificates; null: the one that this agent enrolled with.</summary>
    public string? CaFile { get; init; }
}
