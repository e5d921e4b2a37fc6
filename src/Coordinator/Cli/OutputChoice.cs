using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Where a one-shot run writes: what the command line says, else what the job says, else stdout.</summary>
internal static class OutputChoice
{
    public static IReadOnlyList<Job> Apply(IReadOnlyList<Job> jobs, string? file, ResultFormat? format)
    {
        if (file is not null && jobs.Count > 1)
        {
            throw new UserErrorException($"-o names one file for {jobs.Count} jobs; give each job its own output in the job file");
        }

        var chosen = jobs.Select(job => job with { Output = Choose(job, file, format) }).ToList();
        var onStdout = chosen.Where(job => job.Output is { IsStdout: true }).Select(job => job.Name).ToList();
        return onStdout.Count > 1
            ? throw new UserErrorException($"jobs {string.Join(", ", onStdout)} would all write to stdout; give each an output in the job file")
            : chosen;
    }

    public static void RefuseSharedStdout(IEnumerable<Job> jobs, string? summaryFile)
    {
        if (summaryFile is JobOutput.Stdout && jobs.Any(job => job.Output is { IsStdout: true }))
        {
            throw new UserErrorException("the results and the summary would both go to stdout; name a file for one of them with -o or --summary-json");
        }
    }

    /// <summary>A path that cannot be written is told before the work, not after it.</summary>
    public static void CheckWritable(IEnumerable<Job> jobs, string? summaryFile)
    {
        foreach (var output in jobs.Select(job => job.Output).OfType<JobOutput>().Where(output => !output.IsStdout))
        {
            // Only what is there is appended to: the check itself makes no file.
            var appends = output.Format == ResultFormat.Pyfping && File.Exists(output.File);
            (appends ? AtomicFile.Append(output.File) : AtomicFile.Replace(output.File)).Dispose();
        }

        if (summaryFile is not (null or JobOutput.Stdout))
        {
            AtomicFile.Replace(summaryFile).Dispose();
        }
    }

    private static JobOutput Choose(Job job, string? file, ResultFormat? format)
    {
        var target = file ?? job.Output?.File ?? JobOutput.Stdout;
        return new JobOutput(target == JobOutput.Stdout ? target : Path.GetFullPath(target), format ?? job.Output?.Format ?? ResultFormat.Csv);
    }
}
