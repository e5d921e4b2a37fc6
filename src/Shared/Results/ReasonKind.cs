namespace FpingCluster.Shared.Results;

/// <summary>Why a target's result is as it is. Sent and stored: values are append-only.</summary>
public enum ReasonKind
{
    None = 0,

    /// <summary>An ICMP error; type, code and the address of who said it are given.</summary>
    Icmp = 1,

    /// <summary>The kernel refused to send (Detail is errno): the ping did not leave and is not counted as sent.</summary>
    SendError = 2,

    /// <summary>More than one reply to a ping; Detail is how many too many.</summary>
    Duplicate = 3,

    /// <summary>A reply from another address than the one pinged; Source is who answered.</summary>
    WrongSource = 4,

    /// <summary>This host dropped packets while the target was probed, and probing it again did not help.</summary>
    LocalDrop = 5,

    /// <summary>The engine ended before it could say anything of this target.</summary>
    EngineFailed = 6,

    /// <summary>A host name without an address.</summary>
    NameNotResolved = 7,

    /// <summary>No agent probed the target before the round's deadline.</summary>
    NotProbed = 8,

    /// <summary>The agent's own exclude list forbids the target, whoever asks for it, or nobody pings such an address.</summary>
    ExcludedByAgent = 9,
}
