using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>What the model knows of one shard of the round.</summary>
internal sealed class ModelShard(Shard shard)
{
    public Shard Shard => shard;

    public ModelAgent? Holder { get; set; }

    /// <summary>Of the last grant by the present coordinator, or of the former one's lease that an agent brought back; 0 before.</summary>
    public LeaseEpoch Epoch { get; set; }

    /// <summary>Whose lease that epoch is.</summary>
    public ModelAgent? Grantee { get; set; }

    public int Failures { get; set; }

    /// <summary>A batch of it was merged.</summary>
    public bool IsAccepted { get; set; }

    public bool IsDurable { get; set; }

    public bool IsAbandoned => Failures >= 5;

    public bool IsOpen => !IsAccepted && !IsAbandoned;

    public void Forget() => (Holder, Grantee, Epoch, Failures, IsAccepted) = (null, null, default, 0, IsDurable);
}
