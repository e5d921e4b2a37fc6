namespace FpingCluster.Shared.Protocol;

public static class MessageLimits
{
    /// <summary>The largest message either side sends or takes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;
}
