using System.Text;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>operator.token: who runs the coordinator and can read its data folder can call it. Made at the first start, and anew when it was revoked.</summary>
internal static class OperatorToken
{
    public const string Name = "operator.token";

    /// <returns>The token's text.</returns>
    /// <exception cref="UserErrorException">The file holds something else, or cannot be written.</exception>
    public static string Ensure(SecurityFolder folder, TokenBook tokens, AuditLog audit)
    {
        if (Read(folder) is { } kept && tokens.Check(kept, TokenRole.Operator).IsValid)
        {
            return kept;
        }

        var token = tokens.Create(TokenRole.Operator, Name, ttl: null, uses: null, AuditActor.Coordinator.ToString(), out var text);
        audit.Write(new AuditEntry { Who = AuditActor.Coordinator, What = "token.create", On = token.ToString(), Why = "the coordinator's own, for who runs it" });
        folder.Write(Name, Encoding.ASCII.GetBytes(text + "\n"));
        return text;
    }

    private static string? Read(SecurityFolder folder)
    {
        if (folder.Read(Name) is not { } content)
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(content).Trim();
        return TokenText.TryParse(text, out _)
            ? text
            : throw new UserErrorException($"{folder.PathOf(Name)} holds no token; restore it, or delete it: a new one is made at the next start");
    }
}
