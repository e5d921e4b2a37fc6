namespace FpingCluster.Coordinator.Jobs;

/// <summary>A configuration, or everything that is wrong with its file. The target lists that exist are known even then, for a check to go on with them.</summary>
internal sealed record ConfigurationReading(
    CoordinatorConfiguration? Configuration, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<string> TargetFiles);
