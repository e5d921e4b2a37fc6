using FpingCluster.Coordinator.Sharding;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>One round of a job, to be begun now.</summary>
/// <param name="Deadline">From now; null for a round that ends when it is done, or when nothing comes back for long.</param>
/// <param name="RateCap">The most pings per second that this round's targets allow (a limit per prefix); null when unlimited.</param>
internal sealed record RoundOrder(Job Job, ShardMap Map, TimeSpan? Deadline, int? RateCap);
