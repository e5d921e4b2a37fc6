namespace FpingCluster.Coordinator.Security;

/// <summary>What came of a token that was shown.</summary>
/// <param name="Token">Whose it is, as soon as its secret was right; null when it is unknown.</param>
internal readonly record struct TokenVerdict(TokenOutcome Outcome, TokenRecord? Token)
{
    public static TokenVerdict Unknown { get; } = new(TokenOutcome.Unknown, null);

    public bool IsValid => Outcome == TokenOutcome.Valid;

    /// <summary>For who showed it, and for the log.</summary>
    public string Why => Outcome switch
    {
        TokenOutcome.Valid => "the token is valid",
        TokenOutcome.Expired => $"the token {Token!.Id} has expired",
        TokenOutcome.Revoked => $"the token {Token!.Id} was revoked",
        TokenOutcome.UsedUp => $"the token {Token!.Id} is used up",
        TokenOutcome.WrongRole => $"the token {Token!.Id} has the role {Token.Role.ToString().ToLowerInvariant()}",
        _ => "the token is not valid",
    };
}
