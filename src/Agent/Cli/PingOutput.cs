using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Cli;

/// <summary>Where the rows and the summary of a run go. Opened before the first ping, so that a wrong path costs no round.</summary>
internal sealed class PingOutput : IDisposable
{
    private const string Stdout = "-";

    private readonly PingOptions _options;
    private readonly PingConsole _console;
    private readonly AtomicFile? _rows;
    private readonly AtomicFile? _summary;

    public PingOutput(PingOptions options, PingConsole console)
    {
        (_options, _console) = (options, console);
        var rowsFile = options.Output is not Stdout ? options.Output : null;
        if (rowsFile is null && options.SummaryFile is Stdout)
        {
            throw new UserErrorException("the results and the summary would both go to stdout; name a file for one of them with -o or --summary-json");
        }

        _rows = rowsFile is not null ? Open(rowsFile, options.Format) : null;
        try
        {
            _summary = options.SummaryFile is not (null or Stdout) ? AtomicFile.Replace(options.SummaryFile) : null;
        }
        catch (OutputException)
        {
            _rows?.Dispose();
            throw;
        }
    }

    /// <param name="isInterrupted">Somebody waits for the end.</param>
    public void Write(PingRound round, RoundSummary summary, DateTimeOffset closedAt, bool isInterrupted)
    {
        if (_rows is null)
        {
            WriteToStdout(stream => WriteRows(stream, round, closedAt, _console.HasColour));
        }
        else
        {
            _rows.Write(stream => WriteRows(stream, round, closedAt, colour: false), isDurable: !isInterrupted);
        }

        var json = SummaryJson.ToUtf8(summary);
        if (_options.SummaryFile is Stdout)
        {
            WriteToStdout(stream => stream.Write(json));
        }
        else
        {
            _summary?.Write(stream => stream.Write(json), isDurable: !isInterrupted);
        }
    }

    /// <summary>Says where the rows are, if not on stdout.</summary>
    public void Tell()
    {
        if (_rows is not null)
        {
            _console.Error.WriteLine($"results: {_options.Output}");
        }
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _summary?.Dispose();
    }

    /// <summary>pyfping appends every round to its file.</summary>
    private static AtomicFile Open(string path, ResultFormat format) => format == ResultFormat.Pyfping ? AtomicFile.Append(path) : AtomicFile.Replace(path);

    private void WriteToStdout(Action<Stream> write)
    {
        try
        {
            write(_console.Output);
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
            _console.Error.WriteLine($"{Quantity.Of(writer.Skipped, "unknown target")} left out: the pyfping format cannot tell them from lost ones");
        }
    }
}
