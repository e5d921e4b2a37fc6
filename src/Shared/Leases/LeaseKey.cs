namespace FpingCluster.Shared.Leases;

/// <summary>Names one lease for good: which shard, of which round, given out for the how-manieth time.</summary>
public readonly record struct LeaseKey(RoundId Round, ShardId Shard, LeaseEpoch Epoch)
{
    public override string ToString() => $"round {Round} shard {Shard} epoch {Epoch}";
}
