using System.Text.Json;

namespace FpingCluster.TestKit.Programs;

/// <summary>What --summary-json wrote.</summary>
public sealed record SummaryFile(
    int Targets, int Up, int Down, int Unknown, long Sent, long Received, long Duplicates, long LocalDrops, double DurationS, double PingsPerSecond,
    IReadOnlyList<SummaryFile.AgentEntry> Agents, int Rounds)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public double LossPercent => 100.0 * (Sent - Received) / Sent;

    public static SummaryFile Read(string path) => JsonSerializer.Deserialize<SummaryFile>(File.ReadAllText(path), Json)!;

    public sealed record AgentEntry(string Name, string Engine, int Targets, long Sent, long Received);
}
