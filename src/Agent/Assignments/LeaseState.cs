namespace FpingCluster.Agent.Assignments;

internal enum LeaseState
{
    Queued,

    /// <summary>An engine has taken the shard.</summary>
    Begun,

    /// <summary>The engine's result is accepted and on its way into the outbox; a second one is thrown away.</summary>
    Reported,
}
