using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Storage;

/// <summary>The results of one shard as they are kept: the wire's ResultColumns, serialized.</summary>
internal sealed record StoredBatch(RoundId Round, ShardId Shard, LeaseEpoch Epoch, ShardContentHash Content, string Agent, ReadOnlyMemory<byte> Columns);
