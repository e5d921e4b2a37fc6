namespace FpingCluster.Agent.Spooling;

internal enum SpoolAnswer
{
    Written,

    /// <summary>It would fit if the oldest went.</summary>
    Full,

    /// <summary>The disk does not take it, or the spool is switched off.</summary>
    Failed,
}
