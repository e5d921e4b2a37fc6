namespace FpingCluster.Benchmarks;

/// <param name="Quick">Fewer targets: the same table, sooner and less exact.</param>
/// <param name="Repeats">How often each case is measured; the table shows the median.</param>
/// <param name="Only">Of the engines, those whose name has this in it; null: all.</param>
internal sealed record BenchmarkSize(bool Quick, int Repeats, string? Only = null);
