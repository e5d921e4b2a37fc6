using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Results;

/// <summary>One batch's place in the outbox.</summary>
/// <param name="Results">How many: one for each target.</param>
internal sealed record UnackedBatch(LeaseKey Lease, int Results)
{
    /// <summary>Null while it is on the disk alone, and once it is dropped.</summary>
    public ResultBatch? Batch { get; set; }

    public bool IsDropped { get; set; }

    /// <summary>Its place, still without the batch itself.</summary>
    public static UnackedBatch PlaceOf(ResultBatch batch) => new(
        new LeaseKey(new RoundId(batch.Round), new ShardId(batch.Shard), new LeaseEpoch(batch.Epoch)), batch.Columns?.Sent.Count ?? 0);
}
