namespace FpingCluster.Shared.Targets.Reading;

/// <summary>What a line says about its target beside the address.</summary>
/// <param name="labels">By label column, as interned; 0 = empty. May be shorter than there are labels.</param>
internal readonly ref struct TargetDetails(SourceLine place, ReadOnlySpan<byte> name, ReadOnlySpan<int> labels)
{
    public SourceLine Place { get; } = place;

    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<int> Labels { get; } = labels;
}
