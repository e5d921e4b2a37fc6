namespace FpingCluster.Agent.Engines.Raw;

/// <summary>What a received packet looks like, before it is known whether it answers anything.</summary>
internal enum ReceivedKind
{
    /// <summary>No ICMP of any use here: another type, or an error about something else than an echo request.</summary>
    Foreign,

    EchoReply,

    /// <summary>An ICMP error that quotes an echo request.</summary>
    Error,

    /// <summary>Too short for what it claims to be.</summary>
    Truncated,

    /// <summary>Its checksum is wrong.</summary>
    Corrupted,
}
