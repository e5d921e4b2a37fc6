using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Writes the results of a closed round where its job wants them: whole, or not at all.</summary>
internal sealed partial class RoundOutput(IResultStore store, ILogger<RoundOutput> logger)
{
    private volatile string? _stage;
    private bool _stdoutHasRows;

    /// <summary>Which file is being written, in words; null when none is. From any thread.</summary>
    public string? Stage => _stage;

    /// <exception cref="OutputException">The file cannot be written; it is as it was before. The results are in the store.</exception>
    public void Write(RoundOutcome outcome)
    {
        if (outcome.Job.Output is not { } output)
        {
            return;
        }

        if (output.IsStdout)
        {
            using var stdout = Console.OpenStandardOutput();
            WriteTo(stdout, output.Format, outcome, header: !_stdoutHasRows);
            _stdoutHasRows = true;
            return;
        }

        _stage = $"writing {output.File}";
        try
        {
            using var file = output.Format == ResultFormat.Pyfping ? AtomicFile.Append(output.File) : AtomicFile.Replace(output.File);
            file.Write(stream => WriteTo(stream, output.Format, outcome));
        }
        finally
        {
            _stage = null;
        }
    }

    private void WriteTo(Stream stream, ResultFormat format, RoundOutcome outcome, bool header = true)
    {
        using var writer = ResultWriters.Create(format, stream, header: header);
        var round = store.FindRound(outcome.Round)!;
        RoundRows.Collect(store, round, outcome.Map).WriteTo(writer, round.ClosedAt ?? round.StartedAt);
        if (writer.Skipped > 0)
        {
            Log.RowsSkipped(logger, Quantity.Of(writer.Skipped, "target"), format);
        }
    }
}
