namespace FpingCluster.Shared.Results;

/// <summary>The writer of each format.</summary>
public static class ResultWriters
{
    /// <param name="colour">For a terminal; only the table knows colours.</param>
    /// <param name="header">False where rows follow others in the same stream; only CSV has a header that would stand between them.</param>
    public static IResultWriter Create(ResultFormat format, Stream stream, bool colour = false, bool header = true) => format switch
    {
        ResultFormat.Table => new TableResultWriter(stream, colour),
        ResultFormat.Csv => new CsvResultWriter(stream, header),
        ResultFormat.Ndjson => new NdjsonResultWriter(stream),
        ResultFormat.Pyfping => new PyfpingResultWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
