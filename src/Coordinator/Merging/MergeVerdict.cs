namespace FpingCluster.Coordinator.Merging;

internal enum MergeVerdict
{
    /// <summary>New: it is to be stored, and acknowledged when it is durable.</summary>
    Merged,

    /// <summary>The same shard is on its way to the store already; acknowledged together with it.</summary>
    Repeated,

    /// <summary>Its epoch is not current, its lease was another agent's, or the shard is done: acknowledged at once and forgotten.</summary>
    Refused,
}
