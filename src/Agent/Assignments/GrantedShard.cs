using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Assignments;

/// <param name="Targets">Null when the content is neither cached nor came with this session.</param>
internal sealed record GrantedShard(ShardId Shard, LeaseEpoch Epoch, ShardContentHash Content, TargetAddress[]? Targets);
