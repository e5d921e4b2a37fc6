using FpingCluster.Benchmarks.Reporting;

namespace FpingCluster.Benchmarks;

internal interface IBenchmark
{
    string Name { get; }

    string Description { get; }

    Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken);
}
