using FpingCluster.Benchmarks.Measuring;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Runs;

/// <summary>Runs the coordinator that build.sh made, with agents on its own host, and measures it.</summary>
internal sealed class CoordinatorRunner(WorkFolder folder, LabHost? host = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private int _runs;

    /// <param name="arguments">Beside the job file, the data directory and the summary.</param>
    public async Task<CoordinatorRun> RunAsync(string job, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var summary = folder.File($"summary-{++_runs}.json");
        var data = folder.File($"data-{_runs}");
        await File.WriteAllTextAsync(folder.File("job.yml"), job, cancellationToken);
        string[] command = ["run", "-c", folder.File("job.yml"), "--data-dir", data, "--summary-json", summary, "--verbose", .. arguments];

        var (treeBefore, busyBefore, began) = (ChildrenCpu.Read(), Machine.BusyTime(), TimeProvider.System.GetTimestamp());
        await using var process = host?.Start(Repository.CoordinatorProgram, command) ?? LabProcess.Start(Repository.CoordinatorProgram, command);
        var watch = new ProcessWatch();
        await Wait.For(watch.FollowAsync(process).WaitAsync(cancellationToken), Patience, "the end of the run");
        await process.WaitForExit(Patience);
        var (tree, busy, elapsed) = (ChildrenCpu.Read() - treeBefore, Machine.BusyTime() - busyBefore, TimeProvider.System.GetElapsedTime(began));
        if (process.ExitCode is not (ExitCode.Done or ExitCode.Incomplete) || !File.Exists(summary))
        {
            throw new UserErrorException($"the coordinator ended with exit code {process.ExitCode}:\n{string.Join('\n', process.Errors.TakeLast(10))}");
        }

        Directory.Delete(data, recursive: true);
        return new CoordinatorRun(
            SummaryJson.Read(await File.ReadAllBytesAsync(summary, cancellationToken)), watch.Cpu, tree, busy - tree, watch.PeakBytes, elapsed, process.Errors);
    }
}
