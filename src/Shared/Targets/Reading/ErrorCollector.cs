namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Counts all errors and keeps the first.</summary>
internal sealed class ErrorCollector
{
    public const int Kept = 20;

    private readonly List<string> _errors = [];

    public int Count { get; private set; }

    public IReadOnlyList<string> Errors => _errors;

    public void Add(SourceLine place, string problem)
    {
        Count++;
        if (_errors.Count < Kept)
        {
            _errors.Add($"{place}: {problem}");
        }
    }
}
