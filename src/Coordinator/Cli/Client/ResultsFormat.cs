namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>In lower case, what the API takes as `format`.</summary>
internal enum ResultsFormat
{
    Csv,
    Ndjson,
    Table,
}
