namespace FpingCluster.TestKit.Truth;

/// <summary>What a target of a <see cref="TruthNetwork"/> sends back.</summary>
public enum AnswerKind
{
    Reply,
    Duplicate,
    WrongId,
    WrongSequence,
    WrongToken,
    WrongSource,
    Truncated,
    Corrupted,
    IcmpError,
    WrongQuote,
}
