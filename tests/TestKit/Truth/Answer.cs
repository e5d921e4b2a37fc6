using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>One packet that a target sends back, and when: so long after its request was read. Times are in milliseconds.</summary>
public sealed record Answer
{
    private Answer(AnswerKind kind, double afterMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterMs);
        (Kind, DelayNs) = (kind, (long)(afterMs * 1_000_000));
    }

    public AnswerKind Kind { get; internal init; }

    public long DelayNs { get; }

    /// <summary>Who sends it; null for the target itself.</summary>
    public TargetAddress? From { get; private init; }

    /// <summary>Of an ICMP error.</summary>
    public byte Type { get; private init; }

    /// <summary>Of an ICMP error.</summary>
    public byte Code { get; private init; }

    /// <summary>Which destination a wrong quote names.</summary>
    internal TargetAddress QuotedDestination { get; private init; }

    /// <summary>How many bytes of the request it repeats faithfully: of the payload, and for an ICMP error of the ICMP message.</summary>
    internal int Kept { get; private init; }

    internal ushort SequenceShift { get; private init; }

    public static Answer Reply(double afterMs = 0) => new(AnswerKind.Reply, afterMs);

    /// <summary>With all bits of the id inverted.</summary>
    public static Answer WrongId(double afterMs = 0) => new(AnswerKind.WrongId, afterMs);

    /// <param name="shift">Added to the sequence number, which wraps around.</param>
    public static Answer WrongSequence(int shift = 1, double afterMs = 0) =>
        new(AnswerKind.WrongSequence, afterMs) { SequenceShift = unchecked((ushort)shift) };

    /// <param name="keptBytes">The payload is altered from this byte on; of a shorter one, the last byte.</param>
    public static Answer WrongToken(int keptBytes = 0, double afterMs = 0) => new(AnswerKind.WrongToken, afterMs) { Kept = keptBytes };

    public static Answer WrongSource(TargetAddress from, double afterMs = 0) => new(AnswerKind.WrongSource, afterMs) { From = from };

    /// <param name="keptBytes">So much of the payload comes back.</param>
    public static Answer Truncated(int keptBytes, double afterMs = 0) => new(AnswerKind.Truncated, afterMs) { Kept = keptBytes };

    /// <summary>With a wrong ICMP checksum.</summary>
    public static Answer Corrupted(double afterMs = 0) => new(AnswerKind.Corrupted, afterMs);

    /// <param name="quotedBytes">So much of the request's ICMP message is quoted behind its IP header; int.MaxValue for all of it.</param>
    public static Answer IcmpError(byte type, byte code, TargetAddress from, int quotedBytes = 28, double afterMs = 0) =>
        new(AnswerKind.IcmpError, afterMs) { Type = type, Code = code, From = from, Kept = quotedBytes };

    /// <summary>An ICMP error about a request to another destination.</summary>
    public static Answer WrongQuote(byte type, byte code, TargetAddress from, TargetAddress destination, int quotedBytes = 28, double afterMs = 0) =>
        new(AnswerKind.WrongQuote, afterMs) { Type = type, Code = code, From = from, QuotedDestination = destination, Kept = quotedBytes };
}
