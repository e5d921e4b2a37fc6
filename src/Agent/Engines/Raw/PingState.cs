namespace FpingCluster.Agent.Engines.Raw;

/// <summary>What has become of a ping.</summary>
internal enum PingState : byte
{
    /// <summary>Sent; an answer may still come.</summary>
    InFlight,

    /// <summary>Its answer came, and counts or was set aside; another one is a duplicate.</summary>
    Answered,

    /// <summary>An answer came after the timeout: lost, whatever else this host may have dropped.</summary>
    Late,

    /// <summary>It did not leave this host.</summary>
    NotSent,
}
