using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Cli;

/// <summary>Where the rows and the summary of a run go. Opened before the first ping, so that a wrong path costs no round.</summary>
internal sealed class PingOutput : IDisposable
{
    private readonly PingOptions _options;
    private readonly PingConsole _console;
    private readonly AtomicFile? _rows;
    private readonly AtomicFile? _summary;

    public PingOutput(PingOptions options, PingConsole console)
    {
        (_options, _console) = (options, console);
        _rows = options.Output is { } path ? Open(path, options.Format) : null;
        try
        {
            _summary = options.SummaryFile is { } summaryPath ? AtomicFile.Replace(summaryPath) : null;
        }
        catch (OutputException)
        {
            _rows?.Dispose();
            throw;
        }
    }

    public void Write(PingRound round, RoundSummary summary, DateTimeOffset closedAt)
    {
        if (_rows is null)
        {
            WriteToStdout(round, closedAt);
        }
        else
        {
            _rows.Write(stream => WriteRows(stream, round, closedAt, colour: false));
        }

        _summary?.Write(stream => stream.Write(SummaryJson.ToUtf8(summary)));
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _summary?.Dispose();
    }

    /// <summary>pyfping appends every round to its file.</summary>
    private static AtomicFile Open(string path, ResultFormat format) => format == ResultFormat.Pyfping ? AtomicFile.Append(path) : AtomicFile.Replace(path);

    private void WriteToStdout(PingRound round, DateTimeOffset closedAt)
    {
        try
        {
            WriteRows(_console.Output, round, closedAt, _console.HasColour);
        }
        catch (IOException exception)
        {
            throw OutputException.From("stdout", exception);
        }
    }

    private void WriteRows(Stream stream, PingRound round, DateTimeOffset closedAt, bool colour)
    {
        using var writer = ResultWriters.Create(_options.Format, stream, colour);
        round.WriteTo(writer, closedAt);
        if (writer.Skipped > 0)
        {
            _console.Error.WriteLine($"{writer.Skipped:N0} unknown targets left out: the pyfping format cannot tell them from lost ones");
        }
    }
}
