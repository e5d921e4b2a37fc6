using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator token`: list and revoke; making one is <see cref="TokenCreateCommand"/>.</summary>
internal static class TokenCommand
{
    public const string Path = "api/v1/tokens";

    public static Command Create() => new Command("token", "Make, list and revoke the tokens with which agents join and people call the API")
    {
        TokenCreateCommand.Create(), CreateList(), CreateRevoke(),
    }.WithExamples(
        "fping-coordinator token create --ttl 1h --uses 10 -o join.token",
        "fping-coordinator token create --role viewer --name grafana -o viewer.token",
        "fping-coordinator token list");

    private static Command CreateList() =>
        ApiCommand.Create<TokenView[]>("list", "Show the tokens, the newest first; those that ended are shown for 30 days", _ => Path, (tokens, screen) => Show(tokens, screen))
            .WithExamples("fping-coordinator token list", "fping-coordinator token list --json");

    private static Command CreateRevoke()
    {
        var id = new Argument<string>("ID") { Description = "The id of a token, as 'token list' shows it" };
        return ApiCommand.CreatePost<TokenView>(
            "revoke", "End a token: nobody gets in with it from now on", parsed => $"{Path}/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/revoke", (token, screen) => Show([token], screen), id)
            .WithExamples("fping-coordinator token revoke k3v7q2xa", "fping-coordinator token revoke k3v7q2xa --json");
    }

    private static void Show(IEnumerable<TokenView> tokens, Screen screen)
    {
        var table = new TextTable("ID", "ROLE", "NAME", TextTable.State, "ENDS", "USES", "CREATED", "BY", "USED", "REVOKED", "BY");
        foreach (var token in tokens)
        {
            table.Add(
                token.Id,
                token.Role,
                token.Name,
                token.State,
                Wording.End(token.ExpiresAt, screen.Now),
                Wording.Number(token.UsesLeft),
                Wording.Ago(token.CreatedAt, screen.Now),
                token.CreatedBy,
                Wording.Ago(token.LastUsedAt, screen.Now),
                Wording.Ago(token.RevokedAt, screen.Now),
                token.RevokedBy ?? Wording.None);
        }

        screen.Show(table);
    }
}
