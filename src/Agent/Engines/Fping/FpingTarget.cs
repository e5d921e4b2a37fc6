using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>A target in a bucket: where its result belongs, and how often it was probed in vain.</summary>
/// <param name="Drops">Probings in which it lost a ping while this host dropped packets.</param>
/// <param name="Failures">Probings in which fping ended without a line for it.</param>
internal readonly record struct FpingTarget(ShardProgress Shard, int Index, int Drops = 0, int Failures = 0)
{
    public TargetAddress Address => Shard.Assignment.Targets[Index];
}
