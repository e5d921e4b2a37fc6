namespace FpingCluster.Shared.Targets.Reading;

/// <summary>A host name that waits for its address.</summary>
internal sealed record PendingHost(string HostName, SourceLine Place, byte[] Name, int[] Labels);
