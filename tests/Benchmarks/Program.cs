using FpingCluster.Benchmarks;
using FpingCluster.Shared.Hosting;

return await CommandRunner.RunAsync(BenchmarkCommands.Create(), args);
