namespace FpingCluster.Shared.Results;

/// <summary>Round-trip times in milliseconds; percentiles are exact to 1 %.</summary>
public sealed record RttSummary(double Min, double Avg, double P50, double P99, double Max);
