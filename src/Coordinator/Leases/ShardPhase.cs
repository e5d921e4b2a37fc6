namespace FpingCluster.Coordinator.Leases;

/// <summary>How far a shard has come in a round.</summary>
internal enum ShardPhase
{
    /// <summary>Waits to be leased; it may be placed with an agent already.</summary>
    Pending,

    Leased,

    /// <summary>Its batch is merged and on its way to the store.</summary>
    Merged,

    /// <summary>Its result is durable.</summary>
    Done,

    /// <summary>Agents gave it back as impossible too often; its targets are unknown.</summary>
    Abandoned,
}
