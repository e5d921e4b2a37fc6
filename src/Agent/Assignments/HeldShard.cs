using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <summary>A lease in the table. Its state is the table's, read and written under its lock only.</summary>
internal sealed class HeldShard(ShardAssignment assignment, ShardContentHash content, EngineKind engine)
{
    public ShardAssignment Assignment => assignment;

    public LeaseKey Lease => assignment.Lease;

    public ShardContentHash Content => content;

    /// <summary>The engine that is to probe it; never <see cref="EngineKind.Auto"/>.</summary>
    public EngineKind Engine => engine;

    public LeaseState State { get; set; }

    /// <summary>Its place in the queue of its engine; null once it has left it.</summary>
    public LinkedListNode<HeldShard>? Place { get; set; }
}
