namespace FpingCluster.Coordinator.Sessions;

/// <summary>Why results that an agent brought can never count.</summary>
internal enum ForgottenWhy
{
    /// <summary>The round is closed, or of another store.</summary>
    NoSuchRound,

    /// <summary>The lease was granted by a coordinator with another store, which had a round of this number too.</summary>
    OtherStore,

    NoSuchShard,

    OtherTargets,
}
