namespace FpingCluster.Benchmarks;

/// <param name="Quick">Fewer targets: the same table, sooner and less exact.</param>
/// <param name="Repeats">How often each case is measured; the table shows the median.</param>
internal sealed record BenchmarkSize(bool Quick, int Repeats);
