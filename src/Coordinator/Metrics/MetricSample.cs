namespace FpingCluster.Coordinator.Metrics;

/// <summary>One value of a family of metrics, told from the others by its labels.</summary>
internal sealed record MetricSample(double Value, params (string Name, string Text)[] Labels);
