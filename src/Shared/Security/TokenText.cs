using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace FpingCluster.Shared.Security;

/// <summary>
/// A token as it is handed over: `fpc.ROLE.ID.SECRET`, where ROLE is j, v or o, ID 8 letters of base32 and SECRET 32 random bytes in base64url. A join token
/// ends with one part more, the pin of the CA that the coordinator's certificate comes from. No record, lest the secret be printed with it.
/// </summary>
public sealed class TokenText
{
    /// <summary>Whatever is longer is none, and is not looked at.</summary>
    public const int MaxLength = 160;

    private const string Prefix = "fpc";
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 8;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    private readonly byte[] _secret;

    private TokenText(TokenRole role, string id, byte[] secret, string? caPin) => (Role, Id, _secret, CaPin) = (role, id, secret, caPin);

    public TokenRole Role { get; }

    /// <summary>Names the token wherever it is spoken of; it is no secret.</summary>
    public string Id { get; }

    /// <summary>SHA-256 of the CA certificate's SubjectPublicKeyInfo in base64url; null unless this is a join token.</summary>
    public string? CaPin { get; }

    /// <param name="caPin">For a join token, and for no other.</param>
    public static TokenText Make(TokenRole role, string? caPin) =>
        new(role, RandomNumberGenerator.GetString(IdLetters, IdLength), RandomNumberGenerator.GetBytes(SecretBytes), caPin);

    public static bool TryParse(string? text, [NotNullWhen(true)] out TokenText? token)
    {
        token = null;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var parts = text.Split('.');
        if (parts.Length is not (4 or 5) || parts[0] != Prefix || RoleOf(parts[1]) is not { } role || (parts.Length == 5) != (role == TokenRole.Join)
            || !IsId(parts[2]) || !Is32Bytes(parts[3]) || (parts.Length == 5 && !Is32Bytes(parts[4])))
        {
            return false;
        }

        token = new TokenText(role, parts[2], Base64Url.DecodeFromChars(parts[3]), parts.ElementAtOrDefault(4));
        return true;
    }

    /// <summary>What is kept of the secret. It is random and long, so one round of a fast hash is as good as many of a slow one.</summary>
    public byte[] SecretHash() => SHA256.HashData(_secret);

    /// <summary>The whole text, for its holder alone.</summary>
    public string Reveal() => $"{Prefix}.{LetterOf(Role)}.{Id}.{Base64Url.EncodeToString(_secret)}{(CaPin is null ? "" : $".{CaPin}")}";

    public override string ToString() => $"token {Id}";

    private static bool IsId(string text) => text.Length == IdLength && text.All(IdLetters.Contains);

    private static bool Is32Bytes(string text) => text.Length == SecretLength && Base64Url.IsValid(text, out var bytes) && bytes == SecretBytes;

    private static TokenRole? RoleOf(string letter) => letter switch
    {
        "j" => TokenRole.Join,
        "v" => TokenRole.Viewer,
        "o" => TokenRole.Operator,
        _ => null,
    };

    private static char LetterOf(TokenRole role) => role switch
    {
        TokenRole.Join => 'j',
        TokenRole.Viewer => 'v',
        _ => 'o',
    };
}
