namespace FpingCluster.Shared.Results;

/// <summary>States as every output spells them.</summary>
public static class TargetStates
{
    public static string Word(this TargetState state) => state switch
    {
        TargetState.Up => "up",
        TargetState.Down => "down",
        _ => "unknown",
    };

    public static ReadOnlySpan<byte> Utf8Word(this TargetState state) => state switch
    {
        TargetState.Up => "up"u8,
        TargetState.Down => "down"u8,
        _ => "unknown"u8,
    };
}
