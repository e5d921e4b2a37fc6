using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>A token as the book keeps it.</summary>
/// <param name="SecretSha256">In hex.</param>
/// <param name="Redemptions">Of a join token.</param>
internal sealed record StoredToken(TokenRecord Token, string SecretSha256, IReadOnlyList<Redemption> Redemptions)
{
    /// <summary>What no coordinator writes so; null when there is nothing of the kind.</summary>
    public string? Defect() =>
        Token.Id.Length == 0 ? "a token has no id"
        : !Enum.IsDefined(Token.Role) ? $"token {Token.Id} has no role"
        : SecretSha256.Length != 64 || !SecretSha256.All(char.IsAsciiHexDigitLower) ? $"the hash of token {Token.Id} is not 64 hexadecimal digits"
        : (Token.Role == TokenRole.Join) != Token.UsesLeft is >= 0 ? $"token {Token.Id} has {Token.UsesLeft} uses left"
        : null;
}
