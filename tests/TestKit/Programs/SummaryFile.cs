using System.Text.Json;

namespace FpingCluster.TestKit.Programs;

/// <summary>What --summary-json wrote.</summary>
public sealed record SummaryFile(
    int Targets, int Up, int Down, int Unknown, long Sent, long Received, long Duplicates, long LocalDrops, double DurationS, double PingsPerSecond,
    IReadOnlyList<SummaryFile.AgentEntry> Agents, int Rounds)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A round as the API shows it; it has no duplicates and local drops.</summary>
    public static SummaryFile Of(JsonElement round) => round.Deserialize<SummaryFile>(Json)!;

    public static SummaryFile Read(string path) => JsonSerializer.Deserialize<SummaryFile>(File.ReadAllText(path), Json)!;

    public sealed record AgentEntry(string Name, string Engine, int Targets, long Sent, long Received);
}
