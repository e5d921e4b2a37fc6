namespace FpingCluster.Coordinator.Membership;

/// <summary>An agent's last heartbeat.</summary>
/// <param name="BudgetSerial">Of the last budget that everything it sends keeps to.</param>
/// <param name="ClockMs">Its monotonic clock.</param>
/// <param name="DroppedResults">Results that found no room in the agent's spool.</param>
internal sealed record AgentLoad(
    int QueuedShards,
    int BegunShards,
    int UnackedBatches,
    long SentPings,
    long ReceivedReplies,
    long LocalDrops,
    int CpuPermille,
    long DroppedResults,
    TimeSpan ClockOffset,
    ulong BudgetSerial = 0,
    ulong ClockMs = 0)
{
    public static readonly AgentLoad None = new(0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);
}
