namespace FpingCluster.Coordinator.Jobs;

internal sealed record StoreSettings
{
    /// <summary>Closed rounds older than this are deleted.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);
}
