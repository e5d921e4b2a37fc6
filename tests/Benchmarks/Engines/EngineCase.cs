namespace FpingCluster.Benchmarks.Engines;

/// <summary>One way to ping all targets of the benchmark.</summary>
/// <param name="Runs">In each turn. Short ones that are compared with one another run three times, in alternation: the machine's own speed changes by a fifth.</param>
internal sealed record EngineCase(string Name, Func<CancellationToken, Task<EngineRun>> RunAsync, int Runs = 1);
