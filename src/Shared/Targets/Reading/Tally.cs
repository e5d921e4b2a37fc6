namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Counts what is left out, and keeps the first examples for the warning.</summary>
internal sealed class Tally
{
    private const int Kept = 3;

    private readonly List<string> _examples = [];

    public int Count { get; private set; }

    /// <summary>"4 (t.csv:2 10.0.0.1, t.csv:3 10.0.0.2, t.csv:5 10.0.0.3, ...)"</summary>
    public override string ToString() => $"{Count:N0} ({string.Join(", ", _examples)}{(Count > Kept ? ", ..." : "")})";

    /// <param name="place">Where it was named.</param>
    /// <param name="what">An address, or a text; made into a text for the examples alone.</param>
    public void Add<T>(SourceLine place, T what)
    {
        if (_examples.Count < Kept)
        {
            _examples.Add($"{place} {what}");
        }

        Count++;
    }
}
