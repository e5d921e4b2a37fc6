namespace FpingCluster.Coordinator.Storage;

/// <summary>What is known of the database from the last time it was open.</summary>
internal enum StoreCondition
{
    /// <summary>There was none, or it is being made.</summary>
    None,

    Good,

    /// <summary>It was found to be damaged while in use.</summary>
    Suspect,
}
