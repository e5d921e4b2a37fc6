using FpingCluster.Benchmarks.Measuring;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>Runs a program on a host of the laboratory and measures what it took.</summary>
internal sealed record MeasuredProgram(TimeSpan Elapsed, TimeSpan Cpu, long PeakBytes, double OthersPercent)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <exception cref="UserErrorException">It ended otherwise than with results.</exception>
    public static async Task<MeasuredProgram> RunAsync(LabHost host, string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (cpuBefore, busyBefore, began) = (ChildrenCpu.Read(), Machine.BusyTime(), TimeProvider.System.GetTimestamp());
        await using var process = host.Start(program, arguments);
        var watch = new ProcessWatch();
        await Wait.For(watch.FollowAsync(process).WaitAsync(cancellationToken), Patience, "the end of the run");
        await process.WaitForExit(Patience);
        var (cpu, busy, elapsed) = (ChildrenCpu.Read() - cpuBefore, Machine.BusyTime() - busyBefore, TimeProvider.System.GetElapsedTime(began));
        return process.ExitCode is ExitCode.Done or ExitCode.Incomplete
            ? new MeasuredProgram(elapsed, cpu, watch.PeakBytes, 100 * (busy - cpu) / (elapsed * Environment.ProcessorCount))
            : throw new UserErrorException($"{program} ended with exit code {process.ExitCode}:\n{string.Join('\n', process.Errors.TakeLast(10))}");
    }
}
