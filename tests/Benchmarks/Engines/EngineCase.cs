namespace FpingCluster.Benchmarks.Engines;

/// <summary>One way to ping all targets of the benchmark.</summary>
internal sealed record EngineCase(string Name, Func<CancellationToken, Task<EngineRun>> RunAsync);
