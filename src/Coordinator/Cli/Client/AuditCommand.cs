using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator audit`.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var limit = CommandOptions.Number("--limit", [], 50, 1, 10_000, "N", "How many, the newest first");
        return ApiCommand.Create<AuditView[]>("audit", "Show who did what, and who was turned away, the newest first", parsed => $"api/v1/audit?limit={parsed.GetValue(limit)}", Show, limit)
            .WithExamples("fping-coordinator audit", "fping-coordinator audit --limit 1000 --json | jq '.[] | select(.outcome == \"refused\")'");
    }

    private static void Show(AuditView[] entries, Screen screen)
    {
        var table = new TextTable("TIME", "WHO", "FROM", "WHAT", "OUTCOME", "ON", "WHY");
        foreach (var entry in entries)
        {
            table.Add(
                $"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z",
                entry.WhoId is null ? entry.Who : $"{entry.Who} {entry.WhoId} ({entry.WhoName})",
                entry.From ?? Wording.None,
                entry.What,
                entry.Outcome,
                entry.On ?? Wording.None,
                entry.Why ?? "");
        }

        screen.Show(table);
    }
}
