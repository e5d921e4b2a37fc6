namespace FpingCluster.Shared.Targets;

/// <summary>A host name in a target list that has no address.</summary>
public sealed record UnresolvedTarget(string HostName, string Name, int Line, string Error);
