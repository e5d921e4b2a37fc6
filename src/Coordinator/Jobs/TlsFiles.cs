namespace FpingCluster.Coordinator.Jobs;

/// <summary>A certificate from outside and its key, PEM files both; the first holds the full chain.</summary>
internal sealed record TlsFiles(string Certificate, string Key);
