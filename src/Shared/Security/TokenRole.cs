namespace FpingCluster.Shared.Security;

/// <summary>What the holder of a token may do. Kept and sent by these numbers and names: append only.</summary>
public enum TokenRole
{
    /// <summary>An agent may enrol with it, and do nothing else.</summary>
    Join = 1,

    /// <summary>Reads the API.</summary>
    Viewer = 2,

    /// <summary>Reads the API and changes things through it.</summary>
    Operator = 3,
}
