namespace FpingCluster.Shared.Results;

public enum ResultFormat
{
    Table,
    Csv,
    Ndjson,
    Pyfping,
}
