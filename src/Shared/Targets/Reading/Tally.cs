namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Counts what is left out, and keeps the first examples for the warning.</summary>
internal sealed class Tally
{
    private const int Kept = 3;

    private readonly List<string> _examples = [];

    public int Count { get; private set; }

    public string Examples => string.Join(", ", _examples) + (Count > Kept ? ", ..." : "");

    public void Add(SourceLine place, TargetAddress address)
    {
        if (_examples.Count < Kept)
        {
            _examples.Add($"{place} {address}");
        }

        Count++;
    }

    public void Add(SourceLine place, string what)
    {
        if (_examples.Count < Kept)
        {
            _examples.Add($"{place} {what}");
        }

        Count++;
    }
}
