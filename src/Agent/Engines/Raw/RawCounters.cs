namespace FpingCluster.Agent.Engines.Raw;

/// <summary>What a lane has seen. Written by its thread alone; readers see it a little later.</summary>
internal sealed class RawCounters
{
    /// <summary>Echo requests that left this host, repeated ones too.</summary>
    public long Sent { get; set; }

    /// <summary>Calls to send that the kernel refused, repeated ones too.</summary>
    public long FailedSends { get; set; }

    /// <summary>Echo requests that the kernel refused to send.</summary>
    public long SendErrors { get; set; }

    public long Answered { get; set; }

    public long Lost { get; set; }

    /// <summary>More than one answer to a ping.</summary>
    public long Duplicates { get; set; }

    /// <summary>Answers after the timeout.</summary>
    public long Late { get; set; }

    /// <summary>Packets about no ping of ours.</summary>
    public long Foreign { get; set; }

    /// <summary>Answers to a ping of ours without its token.</summary>
    public long Forged { get; set; }

    /// <summary>Answers from another address than the one pinged.</summary>
    public long WrongSource { get; set; }

    /// <summary>Answers shorter than the ping, and packets too short to be read.</summary>
    public long Truncated { get; set; }

    /// <summary>Packets with a wrong checksum; where only the kernel sees them, those of the whole host while the engine ran.</summary>
    public long Corrupted { get; set; }

    /// <summary>ICMP errors about pings of ours.</summary>
    public long Errors { get; set; }

    /// <summary>Pings whose answer this host may have dropped itself, and which were sent again.</summary>
    public long Obscured { get; set; }

    /// <summary>Those of them that were given up after several attempts.</summary>
    public long GivenUp { get; set; }

    /// <summary>Kernel timestamps that a jump of the clock made useless; the time of reading stands in for them.</summary>
    public long UselessStamps { get; set; }

    public void Add(RawCounters other)
    {
        Sent += other.Sent;
        FailedSends += other.FailedSends;
        SendErrors += other.SendErrors;
        Answered += other.Answered;
        Lost += other.Lost;
        Duplicates += other.Duplicates;
        Late += other.Late;
        Foreign += other.Foreign;
        Forged += other.Forged;
        WrongSource += other.WrongSource;
        Truncated += other.Truncated;
        Corrupted += other.Corrupted;
        Errors += other.Errors;
        Obscured += other.Obscured;
        GivenUp += other.GivenUp;
        UselessStamps += other.UselessStamps;
    }
}
