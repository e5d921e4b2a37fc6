namespace FpingCluster.Coordinator.Jobs;

/// <summary>A configuration, or everything that is wrong with its file.</summary>
internal sealed record ConfigurationReading(CoordinatorConfiguration? Configuration, IReadOnlyList<ConfigurationError> Errors);
