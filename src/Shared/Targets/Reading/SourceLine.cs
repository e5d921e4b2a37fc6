namespace FpingCluster.Shared.Targets.Reading;

/// <summary>Where something was read; 0 is the source as a whole.</summary>
internal readonly record struct SourceLine(string Source, int Line)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}
