namespace FpingCluster.Shared.Results;

/// <summary>What one agent contributed to a round.</summary>
public sealed record AgentShare(string Name, string Engine, int Targets, long Sent, long Received);
